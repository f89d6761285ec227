import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitText } from '../../channels/splitText.ts';

describe('a long text', () => {
  test.each([
    [
      'Come on Monday. We close at 5.30 p.m. today. Bring a friend!',
      30,
      ['Come on Monday.', 'We close at 5.30 p.m. today.', 'Bring a friend!'],
    ],
    ['අද වට්ටම් ඇත! හෙට එන්න. ස්තුතියි', 16, ['අද වට්ටම් ඇත!', 'හෙට එන්න.', 'ස්තුතියි']],
    ['අද වට්ටම් ඇත෴ හෙට එන්න෴', 16, ['අද වට්ටම් ඇත෴', 'හෙට එන්න෴']],
    ['இன்று சலுகை உண்டு! நாளை வாருங்கள். நன்றி', 22, ['இன்று சலுகை உண்டு!', 'நாளை வாருங்கள். நன்றி']],
    ['first line\nsecond line\nthird', 22, ['first line\nsecond line', 'third']],
    ['no end of a sentence in here', 12, ['no end of a', 'sentence in', 'here']],
  ])('%s', (text, limit, parts) => {
    expect(splitText(text, limit)).toEqual(parts);
  });

  test('a sentence that fills a part exactly stays in it', () => {
    expect(splitText('Ends here. Next.', 10)).toEqual(['Ends here.', 'Next.']);
    expect(splitText('Whole.', 6)).toEqual(['Whole.']);
  });

  test('without a space is parted between letters, never within one', () => {
    expect(splitText('ක්‍රමයක්ක්‍රමයක්', 9).every((part) => !/^\p{M}|^\u200d/u.test(part))).toBe(true);
    expect(splitText('👩‍👩‍👧👩‍👩‍👧', 9)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧']);
  });

  test('any text keeps its words, within the limit', () => {
    const bare = (text: string) => text.replace(/\s+/g, '');
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const parts = splitText(text, limit);
        expect(bare(parts.join(''))).toBe(bare(text));
        expect(parts.every((part) => part.length <= limit)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
