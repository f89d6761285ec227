import { type Box, type Page, write } from './page.ts';
import { colours, sizes } from './theme.ts';

const rowHeight = 68;
const legendLine = 34;
const legendHeight = 2 * legendLine + 12;
const figureWidth = 130;

/** Two lengths of one thing, 0 to 1, each with its figure: a thick bar and a thin one, told apart without colour. */
export interface Pair {
  label: string;
  thick: { length: number; formatted: string };
  thin: { length: number; formatted: string };
}

/** What the bars are; `thinColour` is that of the thin ones. */
export interface PairStyle {
  thick: string;
  thin: string;
  thinColour: string;
}

/** The height of so many pairs, under their legend where they have one. */
export function pairsHeight(count: number, legend = true): number {
  return (legend ? legendHeight : 0) + count * rowHeight;
}

/** A name a row, over its two bars, so that long names stay whole. */
export function drawPairs(page: Page, box: Box, pairs: Pair[], style: PairStyle, legend = true): void {
  if (legend) drawPairLegend(page, box, style);
  const right = { size: sizes.small, align: 'right' } as const;
  const end = box.x + box.width;
  for (const [place, { label, thick, thin }] of pairs.entries()) {
    const y = box.y + pairsHeight(place, legend);
    const room = box.width - figureWidth;
    write(page, label, box.x, y + 24, room, { size: sizes.small });
    drawBar(page, { x: box.x, y: y + 32, width: room * thick.length, height: 15 }, colours.blue);
    drawBar(page, { x: box.x, y: y + 51, width: room * thin.length, height: 7 }, style.thinColour);
    write(page, thick.formatted, end, y + 32, figureWidth - 10, { ...right, weight: 700 });
    write(page, thin.formatted, end, y + 60, figureWidth - 10, { ...right, colour: colours.muted });
  }
}

/** A thick and a thin mark, each with its words in a line of its own. */
export function drawPairLegend(page: Page, box: Box, { thick, thin, thinColour }: PairStyle): void {
  const [first, second] = [box.y + 22, box.y + 22 + legendLine];
  drawBar(page, { x: box.x, y: first - 17, width: 34, height: 18 }, colours.blue);
  write(page, thick, box.x + 46, first, box.width - 46, { size: sizes.small });
  drawBar(page, { x: box.x, y: second - 12, width: 34, height: 8 }, thinColour);
  write(page, thin, box.x + 46, second, box.width - 46, { size: sizes.small });
}

function drawBar(page: Page, { x, y, width, height }: Box, colour: string): void {
  page.ctx.beginPath();
  page.ctx.roundRect(x, y, Math.max(2, width), height, Math.min(5, height / 2));
  page.ctx.fillStyle = colour;
  page.ctx.fill();
}
