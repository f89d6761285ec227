import type { ChartItem, ChartTile, DashboardFigures } from '../core/index.ts';
import { drawBars } from './bars.ts';
import { type Box, columns, drawCard, drawPage, drawPanel, drawTitle, type Page, sizeToFit, write } from './page.ts';
import { drawShares } from './shares.ts';
import { colours, sizes, space } from './theme.ts';
import { drawTrend } from './trend.ts';

const tileHeight = 118;

/** The dashboard as a PNG of 4800 x 3000 px (16 x 10 in at 300 DPI): headline tiles and five panels. */
export function renderDashboard(figures: DashboardFigures): Buffer {
  const size = { width: 1600, height: 1000, scale: 3, language: figures.language };
  return drawPage(size, (page) => {
    const { labels } = figures;
    const aside = [figures.period, labels.comparedWith].filter(Boolean).join('  ·  ');
    const body = { x: space.margin, width: page.width - 2 * space.margin };
    const y = drawTitle(page, figures.shop, aside);
    drawTiles(page, { ...body, y, height: tileHeight }, figures.tiles);
    const top = y + tileHeight + space.gap;
    const upper = { ...body, y: top, height: 304 };
    const lower = {
      ...body,
      y: top + upper.height + space.gap,
      height: page.height - top - upper.height - space.gap - space.margin,
    };
    const panel = (box: Box | undefined, heading: string, items: ChartItem[], draw: (inner: Box) => void) =>
      drawPanel(page, box, heading, items.length > 0 ? draw : labels.noData);
    const bars = (items: ChartItem[], colour: string) => (inner: Box) => drawBars(page, inner, items, { colour });
    const [trend, types] = columns(upper, [1.75, 1]);
    const [customers, products, interactions] = columns(lower, [1.12, 1.12, 0.9]);
    panel(trend, labels.revenueTrend, figures.revenueTrend, (inner) => drawTrend(page, inner, figures.revenueTrend));
    panel(types, labels.customerTypes, figures.customerTypes, (inner) =>
      drawShares(page, inner, figures.customerTypes),
    );
    panel(customers, labels.topCustomers, figures.topCustomers, bars(figures.topCustomers, colours.blue));
    panel(products, labels.topProducts, figures.topProducts, bars(figures.topProducts, colours.green));
    panel(
      interactions,
      labels.interactionTypes,
      figures.interactionTypes,
      bars(figures.interactionTypes, colours.orange),
    );
  });
}

function drawTiles(page: Page, box: Box, tiles: ChartTile[]): void {
  const cells = columns(box, Array(tiles.length).fill(1));
  const number = { size: sizes.tile, least: sizes.small, weight: 700 } as const;
  // One size for all: the largest at which the longest number stays whole.
  const fits = cells.map((cell, index) =>
    sizeToFit(page, tiles[index]?.formatted ?? '', cell.width - 2 * space.pad, number),
  );
  const size = Math.min(...fits);
  for (const [index, tile] of tiles.entries()) {
    const cell = cells[index] ?? box;
    drawCard(page, cell);
    const inner = { x: cell.x + space.pad, width: cell.width - 2 * space.pad };
    const taken = tile.change ? drawChange(page, tile.change, inner.x + inner.width, box.y + 42) : 0;
    write(page, tile.label, inner.x, box.y + 42, inner.width - taken, { size: sizes.small, colour: colours.muted });
    write(page, tile.formatted, inner.x, box.y + 94, inner.width, { ...number, size });
  }
}

/** An arrow and its text, ending at `right`: direction by shape, good or bad by colour. Answers the width taken. */
function drawChange(page: Page, change: NonNullable<ChartTile['change']>, right: number, baseline: number): number {
  const { ctx } = page;
  const colour = change.direction === 'flat' ? colours.muted : change.good ? '#00795A' : colours.vermilion;
  const style = { size: sizes.small, weight: 700, colour, align: 'right' } as const;
  const taken = write(page, change.formatted, right, baseline, 130, style);
  const [x, half] = [right - taken - 20, 9];
  const [base, tip] = change.direction === 'up' ? [baseline - 1, baseline - 17] : [baseline - 17, baseline - 1];
  ctx.beginPath();
  if (change.direction === 'flat') ctx.roundRect(x - half, baseline - 11, half * 2, 5, 2);
  else {
    ctx.moveTo(x - half, base);
    ctx.lineTo(x + half, base);
    ctx.lineTo(x, tip);
  }
  ctx.closePath();
  ctx.fill();
  return taken + 20 + half + 14;
}
