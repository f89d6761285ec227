import { describe, expect, it } from 'vitest';
import type { QrFigures } from '../../core/index.ts';
import { renderReport } from '../../reports/renderReport.ts';
import { openPng, readPngHead } from './readPng.ts';
import { readQr } from './readQr.ts';

const LINK = 'https://t.me/kamala_stores_bot?start=Zk3v9QmB1xT0cH7yWn5aLr2E';
const draw = (figures: Partial<QrFigures> = {}): Buffer =>
  renderReport({
    kind: 'qr',
    figures: { language: 'en', title: 'Kamala Stores', content: LINK, note: 'Point your camera at this.', ...figures },
  });

describe('a QR code', () => {
  it.each([
    ['a link', LINK],
    ['what WhatsApp pairs a phone with', `2@${'Ab3/+xY9'.repeat(28)},${'k='.repeat(22)},${'Q8='.repeat(14)}==,1`],
    ['Sinhala', 'කමලා ස්ටෝර්ස්'],
  ])('is read by a phone: %s', async (_name, content) => {
    expect(await readQr(draw({ content }))).toBe(content);
  });

  it('is as wide as a phone and keeps white around the code', async () => {
    const png = draw({ title: '', note: '' });
    const { width, height } = readPngHead(png);
    expect(width).toBe(1440);
    expect(width + height).toBeLessThan(10_000);
    const picture = await openPng(png);
    for (const [x, y, w, h] of [
      [0, 0, 1, 0.16],
      [0, 0, 0.08, 1],
      [0.92, 0, 0.08, 1],
      [0, 0.77, 1, 0.23],
    ] as const)
      expect(picture.inked(x, y, w, h)).toBe(0);
  });

  it('says above and below it what it is for, in every script', async () => {
    const words = { language: 'si', title: 'කමලා ස්ටෝර්ස්', note: 'ඔබේ දුරකථනයේ කැමරාව මෙයට යොමු කරන්න.' } as const;
    const picture = await openPng(draw(words));
    expect(picture.inked(0.1, 0.02, 0.8, 0.1)).toBeGreaterThan(0.01);
    expect(picture.inked(0.1, 0.77, 0.8, 0.12)).toBeGreaterThan(0.01);
    expect(await readQr(draw({ ...words, title: words.title.repeat(20), note: words.note.repeat(20) }))).toBe(LINK);
  });

  it('is refused where it would hold too much', () => {
    expect(() => draw({ content: 'x'.repeat(5_000) })).toThrow();
  });
});
