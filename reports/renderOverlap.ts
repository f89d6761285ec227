import type { OverlapFigures } from '../core/index.ts';
import { type Box, fitName, type Page, write } from './page.ts';
import { drawPhonePage } from './phonePage.ts';
import { proportions } from './proportions.ts';
import { colours, sizes } from './theme.ts';

const nameHeight = 46;
const barHeight = 84;
const rowHeight = nameHeight + barHeight + 34;
const partHeight = 92;
const lineHeight = 28;
const swatch = 34;
/** In the first alone, in both, in the second alone; what is in both is striped too. */
const tones = [colours.blue, colours.green, colours.orange] as const;
const BOTH = 1;

/** Two sets as bars over one scale, so that what is in both lies under itself; below, its three parts in figures. */
export function renderOverlap(figures: OverlapFigures): Buffer {
  const widths = proportions(figures.parts).map((width) => Math.max(0, width));
  const total = widths.reduce((sum, width) => sum + width, 0);
  const [one, other] = figures.sets;
  if (total === 0 || !one || !other || figures.parts.length !== tones.length) return drawPhonePage(figures, []);
  const shares = widths.map((width) => width / total);
  return drawPhonePage(figures, [
    { height: 2 * rowHeight - 20, draw: (page, inner) => drawSets(page, inner, [one, other], shares) },
    { height: figures.parts.length * partHeight, draw: (page, inner) => drawParts(page, inner, figures.parts) },
  ]);
}

function drawSets(page: Page, box: Box, sets: readonly OverlapFigures['sets'][number][], shares: number[]): void {
  const [first = 0, both = 0] = shares;
  const from = box.x + first * box.width;
  const to = from + both * box.width;
  for (const [row, { label, formatted }] of sets.entries()) {
    const y = box.y + row * rowHeight;
    const style = { size: sizes.text, weight: 700 } as const;
    const right = { ...style, align: 'right' } as const;
    const taken = write(page, formatted, box.x + box.width, y + 32, box.width * 0.4, right);
    write(page, label, box.x, y + 32, box.width - taken - 16, { ...style, least: sizes.small });
    const bar = { y: y + nameHeight, height: barHeight };
    const alone = row === 0 ? { x: box.x, end: from } : { x: to, end: box.x + box.width };
    fillPart(page, { ...bar, x: alone.x, width: alone.end - alone.x }, row === 0 ? 0 : 2);
    fillPart(page, { ...bar, x: from, width: to - from }, BOTH);
  }
  if (both > 0) joinRows(page, [from, to], box.y + nameHeight + barHeight);
}

/** Thin lines that lead from the one bar's shared part towards the other's, as far as its name. */
function joinRows(page: Page, edges: readonly number[], top: number): void {
  const { ctx } = page;
  ctx.save();
  ctx.setLineDash([3, 7]);
  ctx.lineWidth = 2;
  ctx.strokeStyle = colours.grey;
  for (const x of edges) {
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + 34);
    ctx.stroke();
  }
  ctx.restore();
}

/** A bar at least so wide that it is seen; what nobody is in is not drawn. */
function fillPart({ ctx }: Page, box: Box, part: number): void {
  if (box.width <= 0) return;
  const width = Math.max(3, box.width);
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, width, box.height);
  ctx.fillStyle = tones[part] ?? colours.grey;
  ctx.fill();
  if (part === BOTH) {
    ctx.clip();
    ctx.lineWidth = 5;
    ctx.strokeStyle = colours.card;
    ctx.globalAlpha = 0.55;
    for (let x = box.x - box.height; x < box.x + width; x += 20) {
      ctx.beginPath();
      ctx.moveTo(x, box.y + box.height);
      ctx.lineTo(x + box.height, box.y);
      ctx.stroke();
    }
  }
  ctx.restore();
}

function drawParts(page: Page, box: Box, parts: OverlapFigures['parts']): void {
  for (const [place, { label, formatted, aside }] of parts.entries()) {
    const y = box.y + place * partHeight;
    const middle = y + partHeight / 2;
    fillPart(page, { x: box.x, y: middle - swatch / 2, width: swatch, height: swatch }, place);
    const right = box.x + box.width;
    const figure = { size: sizes.heading, weight: 700, align: 'right' } as const;
    const taken = Math.max(
      write(page, formatted, right, middle - 2, box.width * 0.4, figure),
      write(page, aside, right, middle + 30, box.width * 0.45, {
        size: sizes.small,
        colour: colours.muted,
        align: 'right',
      }),
    );
    const x = box.x + swatch + 18;
    const { lines, size } = fitName(page, label, right - taken - 20 - x);
    const first = middle + 9 - ((lines.length - 1) * lineHeight) / 2;
    for (const [index, line] of lines.entries())
      write(page, line, x, first + index * lineHeight, right - taken - 20 - x, { size });
  }
}
