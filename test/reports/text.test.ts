import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from 'vitest';
import { font, registerFonts } from '../../reports/fonts.ts';
import { fitText, plainText, wrapText } from '../../reports/text.ts';

let ctx: SKRSContext2D;
beforeAll(() => {
  registerFonts();
  ctx = createCanvas(400, 120).getContext('2d');
});

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).filter((c) =>
    /\p{L}/u.test(c),
  );
const latin = [...'ABCXYZabcxyz0189&@%€$£₹–—−…·()“”’', ...range(0xc0, 0x17f)];
const sinhala = range(0x0d85, 0x0dc6);
const tamil = range(0x0b85, 0x0bb9);

/** The inked pixels of a text, as one string. */
function ink(text: string, face: string): string {
  ctx.clearRect(0, 0, 400, 120);
  ctx.font = face;
  ctx.fillText(text, 20, 70);
  return Buffer.from(ctx.getImageData(0, 0, 400, 120).data).toString('latin1');
}

describe('letters', () => {
  const missing = '\u{10FFFD}';

  it.each([
    ['Latin', latin],
    ['Sinhala', sinhala],
    ['Tamil', tamil],
  ])('of %s are all drawn, regular and bold, none as the box of a missing one', (_script, letters) => {
    for (const weight of [400, 700] as const) {
      const face = font(40, weight);
      const nothing = ink(' ', face);
      const box = ink(missing, face);
      expect(box).not.toBe(nothing);
      const bad = letters.filter((letter) => [nothing, box].includes(ink(letter, face)));
      expect(bad).toEqual([]);
      expect(new Set(letters.map((letter) => ink(letter, face))).size).toBe(letters.length);
    }
  });

  it('come from our fonts, not from the machine', () => {
    for (const [script, letters] of [
      ['sinhala', sinhala],
      ['tamil', tamil],
    ] as const) {
      expect(GlobalFonts.has(`Kade ${script}`)).toBe(true);
      for (const letter of letters) expect(ink(letter, font(40))).toBe(ink(letter, `40px 'Kade ${script}'`));
    }
  });

  it.each(['ක්‍ෂ', 'ශ්‍රී', 'ක්‍ය', 'ප්‍ර', 'ද්‍ය', 'ක්ෂ්ම', 'கி', 'க்ஷ', 'ஸ்ரீ', 'கொ', 'யாழ்'])(
    'join in %s: no joiner and no dotted circle is drawn',
    (joined) => {
      ctx.font = font(40);
      const box = ctx.measureText(missing).width;
      const apart = Array.from(joined.replace(/\u200D/gu, ''), (part) => ctx.measureText(part).width);
      expect(ctx.measureText(joined).width).toBeLessThan(apart.reduce((sum, width) => sum + width, 0) + box / 2);
      expect(ink(joined, font(40))).not.toContain(ink(missing, font(40)));
    },
  );

  it('join into one conjunct where a joiner asks for it', () => {
    ctx.font = font(40);
    for (const [joined, first, second] of [
      ['ක්‍ෂ', 'ක්', 'ෂ'],
      ['ශ්‍රී', 'ශ්', 'රී'],
      ['க்ஷ', 'க்', 'ஷ'],
    ] as const)
      expect(ctx.measureText(joined).width).toBeLessThan(ctx.measureText(first).width + ctx.measureText(second).width);
  });
});

describe('lines', () => {
  it('are cut with an ellipsis to the width they have', () => {
    ctx.font = font(24);
    const name = 'Kumari Jayawardena Textiles & Sons (Private) Limited';
    const cut = fitText(ctx, name, 200);
    expect(cut).toMatch(/^Kumari Jaya.*…$/);
    expect(ctx.measureText(cut).width).toBeLessThanOrEqual(200);
    expect(fitText(ctx, 'Ruwan', 200)).toBe('Ruwan');
    expect(fitText(ctx, 'Ruwan', 3)).toBe('');
    expect(fitText(ctx, 'W'.repeat(100_000), 100)).toMatch(/^W+…$/);
  });

  it('are never cut inside a conjunct, leaving its joiner behind', () => {
    ctx.font = font(24);
    for (let width = 10; width < 300; width += 3) {
      const cut = fitText(ctx, 'ශ්‍රී ක්‍රිෂාන්ත වික්‍රමසිංහ ශ්‍යාමා', width);
      expect(cut).not.toMatch(/\u200D…$/u);
    }
  });

  it('lose what no text font draws: emoji, controls, direction overrides; joiners inside words stay', () => {
    expect(plainText('🌹 Rose\u202Egarden 👩‍👩‍👧 1️⃣ 🇱🇰 <b>\n\tA\0B')).toBe('Rose garden 1 <b> A B');
    expect(plainText('ශ්‍රී © 2024™')).toBe('ශ්‍රී © 2024™');
  });

  it('wrap between words, at most as many as asked', () => {
    ctx.font = font(24);
    const lines = wrapText(ctx, 'Nothing here yet. Send a sales file to begin, or load the demo shop.', 220, 3);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(ctx.measureText(line).width).toBeLessThanOrEqual(220);
    expect(lines[0]).toBe('Nothing here yet.');
  });
});
