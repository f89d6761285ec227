import type { ChartItem } from '../core/index.ts';
import { drawBars } from './bars.ts';
import { drawChart } from './chart.ts';
import { type Box, type Page, write } from './page.ts';
import { proportions } from './proportions.ts';
import { colours, sizes, sliceColours } from './theme.ts';

/** Parts of a whole: a ring with its slices named beside it; plain bars when slices could not be told apart or are negative. */
export function drawShares(page: Page, box: Box, items: ChartItem[]): void {
  const lengths = proportions(items);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  if (items.length > sliceColours.length || items.length < 2 || whole <= 0 || lengths.some((length) => length < 0)) {
    drawBars(page, box, items, { colour: colours.green });
    return;
  }
  const across = Math.floor(Math.min(box.height, box.width * 0.38));
  drawChart(
    page,
    { x: box.x, y: Math.round(box.y + (box.height - across) / 2), width: across, height: across },
    {
      type: 'doughnut',
      data: {
        datasets: [{ data: lengths, backgroundColor: [...sliceColours], borderColor: colours.card, borderWidth: 4 }],
      },
      options: { cutout: '58%' },
    },
  );
  const names = { ...box, x: box.x + across + 28, width: box.width - across - 28 };
  const row = Math.min(46, box.height / items.length);
  const top = box.y + (box.height - row * items.length) / 2;
  for (const [index, item] of items.entries())
    nameSlice(page, { ...names, y: top + row * index, height: row }, item, sliceColours[index]);
}

function nameSlice(page: Page, row: Box, item: ChartItem, colour: string = colours.grey): void {
  const baseline = row.y + row.height / 2 + sizes.small * 0.36;
  page.ctx.beginPath();
  page.ctx.roundRect(row.x, row.y + row.height / 2 - 10, 20, 20, 5);
  page.ctx.fillStyle = colour;
  page.ctx.fill();
  const right = row.x + row.width;
  const taken = write(page, item.formatted, right, baseline, row.width * 0.5, {
    size: sizes.small,
    weight: 700,
    align: 'right',
  });
  write(page, item.label, row.x + 32, baseline, row.width - 32 - 12 - taken, { size: sizes.small });
}
