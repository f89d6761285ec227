import { encodeQR } from 'qr';
import type { QrFigures } from '../core/index.ts';
import { font } from './fonts.ts';
import { drawPage, type Page } from './page.ts';
import { wrapText } from './text.ts';
import { colours, phone, sizes, space } from './theme.ts';

/** Modules of white that a reader needs around the code (ISO/IEC 18004). */
const quietZone = 4;
const mostLines = { title: 2, note: 4 };
const lineHeight = 1.4;

/** A QR code on white, as wide as a phone, what it is for above it and what to do with it below. Throws where it cannot hold the content. */
export function renderQr({ language, title, content, note }: QrFigures): Buffer {
  const modules = encodeQR(content, 'raw', { ecc: 'medium', border: quietZone });
  // Whole pixels, so that every module has the same edges.
  const module = Math.floor((phone.width * phone.scale) / modules.length) / phone.scale;
  const side = module * modules.length;
  const head = textHeight(sizes.title, mostLines.title);
  const height = Math.ceil(head + side + textHeight(sizes.heading, mostLines.note) + space.margin);
  return drawPage({ ...phone, height, language }, (page) => {
    const { ctx, width } = page;
    ctx.fillStyle = colours.card;
    ctx.fillRect(0, 0, width, height);
    ctx.fillStyle = '#000000';
    const left = Math.round((width - side) / 2);
    for (const [y, row] of modules.entries())
      for (const [x, dark] of row.entries())
        if (dark) ctx.fillRect(left + x * module, head + y * module, module, module);
    // A short title stands in the middle of its two lines' room.
    drawLines(page, title, head / 2, 0.5, { size: sizes.title, most: mostLines.title, weight: 700 });
    drawLines(page, note, head + side, 0, { size: sizes.heading, most: mostLines.note, weight: 400 });
  });
}

function textHeight(size: number, lines: number): number {
  return Math.ceil(space.margin + size * lineHeight * lines);
}

interface LineStyle {
  size: number;
  most: number;
  weight: 400 | 700;
}

/** Lines in the middle of the page; y is the place of this share of their height: 0 their top, 0.5 their middle. */
function drawLines(page: Page, text: string, y: number, share: number, { size, most, weight }: LineStyle): void {
  const { ctx, width } = page;
  ctx.font = font(size, weight);
  ctx.fillStyle = colours.ink;
  ctx.textAlign = 'center';
  const lines = wrapText(ctx, text, width - 2 * space.margin, most);
  const top = y - share * size * lineHeight * lines.length;
  for (const [index, line] of lines.entries()) ctx.fillText(line, width / 2, top + size * (1 + lineHeight * index));
}
