import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Language } from '../core/index.ts';
import { encodePng } from './encodePng.ts';
import { font, registerFonts } from './fonts.ts';
import { fitText, plainText, wrapText } from './text.ts';
import { colours, sizes, space } from './theme.ts';

const dpi = 300;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A sheet to draw on, in page units; `scale` pixels to the unit. */
export interface Page {
  ctx: SKRSContext2D;
  width: number;
  height: number;
  scale: number;
  language: Language;
}

// Native pixels are unseen by the garbage collector, so one canvas is kept and drawn over.
let sheet: Canvas | undefined;

/** Draws one page of width x height units and answers its PNG at 300 DPI. */
export function drawPage(size: Omit<Page, 'ctx'>, draw: (page: Page) => void): Buffer {
  if (!sheet) registerFonts();
  sheet ??= createCanvas(1, 1);
  const [width, height] = [size.width * size.scale, size.height * size.scale];
  if (sheet.width !== width || sheet.height !== height) Object.assign(sheet, { width, height });
  const ctx = sheet.getContext('2d');
  ctx.save();
  try {
    ctx.scale(size.scale, size.scale);
    ctx.lang = size.language;
    ctx.fillStyle = colours.page;
    ctx.fillRect(0, 0, size.width, size.height);
    draw({ ...size, ctx });
  } finally {
    ctx.restore();
  }
  return encodePng(sheet, dpi);
}

interface TextStyle {
  size: number;
  weight?: 400 | 700;
  colour?: string;
  align?: 'left' | 'right' | 'center';
  /** a line that is too long is set smaller, down to this size, before it is shortened */
  least?: number;
}

/** Writes one line with its baseline at y, within `width`; answers the width it took. */
export function write(page: Page, text: string, x: number, y: number, width: number, style: TextStyle): number {
  const { ctx } = page;
  const size = style.least ? sizeToFit(page, text, width, style) : style.size;
  ctx.font = font(size, style.weight);
  ctx.fillStyle = style.colour ?? colours.ink;
  ctx.textAlign = style.align ?? 'left';
  const line = fitText(ctx, text, width);
  ctx.fillText(line, x, y);
  return ctx.measureText(line).width;
}

/** The size, from `size` down to `least`, at which a text keeps within `width`. */
export function sizeToFit(page: Page, text: string, width: number, style: TextStyle): number {
  page.ctx.font = font(style.size, style.weight);
  const taken = page.ctx.measureText(plainText(text)).width;
  return Math.max(style.least ?? style.size, Math.min(style.size, Math.floor((style.size * width) / taken)));
}

/** A name in two lines at the most, and the size, from `small` down to `least`, at which it stays whole. */
export function fitName({ ctx }: Page, name: string, width: number): { lines: string[]; size: number } {
  let lines: string[] = [];
  for (let size: number = sizes.small; size >= sizes.least; size--) {
    ctx.font = font(size);
    lines = wrapText(ctx, name, width, 2);
    if (!lines.some((line) => line.endsWith('…'))) return { lines, size };
  }
  return { lines, size: sizes.least };
}

/** The page's title line: what at the left, when and for whom at the right. Answers the y below it. */
export function drawTitle(page: Page, title: string, aside: string): number {
  const baseline = space.margin + sizes.title * 0.8;
  const width = page.width - 2 * space.margin;
  const taken = write(page, title, space.margin, baseline, width * 0.55, {
    size: sizes.title,
    least: sizes.heading,
    weight: 700,
  });
  const rest = width - taken - space.gap * 2;
  const right = page.width - space.margin;
  write(page, aside, right, baseline, rest, {
    size: sizes.text,
    least: sizes.small,
    colour: colours.muted,
    align: 'right',
  });
  return baseline + space.gap;
}

/** A white card with a heading; answers the box left for its content. */
export function drawCard(page: Page, box: Box, heading?: string): Box {
  const { ctx } = page;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, space.radius);
  ctx.fillStyle = colours.card;
  ctx.fill();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = colours.line;
  ctx.stroke();
  const inner = { x: box.x + space.pad, width: box.width - 2 * space.pad };
  if (heading === undefined) return { ...inner, y: box.y + space.pad, height: box.height - 2 * space.pad };
  const baseline = box.y + space.pad + sizes.heading * 0.72;
  write(page, heading, inner.x, baseline, inner.width, { size: sizes.heading, least: sizes.small, weight: 700 });
  const y = Math.round(baseline + 24);
  return { ...inner, y, height: Math.floor(box.y + box.height - 16 - y) };
}

/** A card and what is in it: a drawing, or the friendly line where there is nothing to draw. */
export function drawPanel(
  page: Page,
  box: Box | undefined,
  heading: string | undefined,
  content: ((inner: Box) => void) | string,
): void {
  if (!box) return;
  const inner = drawCard(page, box, heading);
  if (typeof content !== 'string') {
    content(inner);
    return;
  }
  page.ctx.font = font(sizes.text);
  const lines = wrapText(page.ctx, content, inner.width, 3);
  const height = sizes.text * 1.5;
  const first = inner.y + inner.height / 2 - (height * (lines.length - 1)) / 2 + sizes.text / 3;
  const style = { size: sizes.text, colour: colours.muted, align: 'center' } as const;
  for (const [index, line] of lines.entries())
    write(page, line, inner.x + inner.width / 2, first + height * index, inner.width, style);
}

/** Cuts a box into columns of the given relative widths. */
export function columns(box: Box, shares: number[], gap: number = space.gap): Box[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const room = box.width - gap * (shares.length - 1);
  let x = box.x;
  return shares.map((share) => {
    const width = Math.floor((room * share) / total);
    const column = { ...box, x, width };
    x += width + gap;
    return column;
  });
}
