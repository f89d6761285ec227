import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smsParts } from '../../../core/index.ts';

describe('smsParts', () => {
  it.each<[string, string, 'GSM-7' | 'UCS-2', number, number]>([
    ['nothing', '', 'GSM-7', 0, 0],
    ['160 letters', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 letters', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 letters', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 letters', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['the euro sign, twice as wide', '€'.repeat(80), 'GSM-7', 160, 1],
    ['81 euro signs', '€'.repeat(81), 'GSM-7', 162, 2],
    ['an escaped letter at the seam, not cut in two', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['accents of the alphabet', 'àèéùìòÇØÅåÄÖÑÜ§¿äöñüà', 'GSM-7', 21, 1],
    ['brackets', '{x}[y]~\\|^', 'GSM-7', 18, 1],
    ['one curly quote', `It’s${'a'.repeat(66)}`, 'UCS-2', 70, 1],
    ['70 units', 'අ'.repeat(70), 'UCS-2', 70, 1],
    ['71 units', 'අ'.repeat(71), 'UCS-2', 71, 2],
    ['134 units', 'அ'.repeat(134), 'UCS-2', 134, 2],
    ['135 units', 'அ'.repeat(135), 'UCS-2', 135, 3],
    ['an emoji is two units', '😀'.repeat(35), 'UCS-2', 70, 1],
    ['an emoji at the seam, not cut in two', `${'අ'.repeat(66)}😀${'අ'.repeat(66)}`, 'UCS-2', 134, 3],
    ['a letter and its signs at the seam, kept together', `${'අ'.repeat(66)}කො${'අ'.repeat(66)}`, 'UCS-2', 134, 3],
    ['a family at the seam, kept together', `${'අ'.repeat(60)}👨‍👩‍👧‍👦${'අ'.repeat(63)}`, 'UCS-2', 134, 3],
    ['vowel signs are units of their own', 'කොළඹ', 'UCS-2', 4, 1],
  ])('counts %s', (_, text, script, units, parts) => {
    expect(smsParts(text)).toEqual({ script, units, parts });
  });

  it('needs at least the units over the room of a part, and never loses a part by adding', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        (text, more) => {
          const { script, units, parts } = smsParts(text);
          const room = script === 'GSM-7' ? 153 : 67;
          expect(parts).toBeGreaterThanOrEqual(Math.min(1, units));
          if (parts > 1) expect(parts * room).toBeGreaterThanOrEqual(units);
          expect(smsParts(text + more).parts).toBeGreaterThanOrEqual(parts);
        },
      ),
    );
  });
});
