import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smsParts, toSmsLetters } from '../../../core/index.ts';

test.each([
  ['It’s “new” – 20 % off… • today', 'It\'s "new" - 20 % off... - today'],
  ['Rs\u00a01,500\r\nＡＢＣ\u200b', 'Rs 1,500\nABC'],
  ['Crème brûlée', 'Crème brûlée'],
  ['It’s හොඳයි', 'It’s හොඳයි'],
  ['It’s on 🎉', 'It’s on 🎉'],
  ['àèéùìòÇ€ stays', 'àèéùìòÇ€ stays'],
])('%j goes out as %j', (text, sent) => {
  expect(toSmsLetters(text)).toBe(sent);
});

test('what is sent is never billed higher, and is changed no further', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ab’“…–\u00a0é€කි😀\r\n'), maxLength: 300 });
  fc.assert(
    fc.property(letters, (text) => {
      const sent = toSmsLetters(text);
      expect(smsParts(sent).parts).toBeLessThanOrEqual(smsParts(text).parts);
      expect(toSmsLetters(sent)).toBe(sent);
    }),
  );
});
