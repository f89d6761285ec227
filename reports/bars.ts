import type { ChartConfiguration } from 'chart.js';
import type { ChartItem } from '../core/index.ts';
import { drawChart } from './chart.ts';
import { font } from './fonts.ts';
import { type Box, type Page, write } from './page.ts';
import { proportions } from './proportions.ts';
import { fitText } from './text.ts';
import { colours, sizes } from './theme.ts';

const lowestRow = 29;
const highestRow = 52;
const lowestNoted = 62;
const highestNoted = 92;
const headHeight = 36;

/** A row of a bar list; `note` is a muted line under its bar. */
export interface Bar extends ChartItem {
  note?: string;
}

/** `named: false` leaves the names out, for a second column beside a first; `head` is written over the bars. */
interface BarStyle {
  colour: string;
  named?: boolean;
  head?: string;
}

/**
 * Horizontal bars, a name at the left and the written value after the bar; as many as fit legibly, from the first. Bars of
 * negative values go left from zero.
 */
export function drawBars(page: Page, box: Box, bars: Bar[], style: BarStyle): void {
  const top = style.head === undefined ? box.y : box.y + headHeight;
  const noted = bars.some((bar) => bar.note);
  const height = box.y + box.height - top;
  const shown = bars.slice(0, Math.max(1, Math.floor(height / (noted ? lowestNoted : lowestRow))));
  const row = Math.min(height / shown.length, noted ? highestNoted : highestRow);
  page.ctx.font = font(sizes.small);
  const names = shown.map((bar) => fitText(page.ctx, bar.label, style.named === false ? 0 : box.width * 0.47));
  const values = shown.map((bar) => fitText(page.ctx, bar.formatted, box.width * 0.4));
  const lengths = proportions(shown);
  const widest = (lines: string[]) => Math.ceil(Math.max(...lines.map((line) => page.ctx.measureText(line).width)));
  const nameRoom = style.named === false ? 0 : widest(names) + 14;
  // A note takes the lower part of its row: the bars move up by half of that.
  const lift = noted ? Math.round(row * 0.2) : 0;
  drawChart(
    page,
    { ...box, y: top - lift, height: Math.round(row * shown.length) },
    {
      type: 'bar',
      data: {
        labels: names,
        datasets: [
          {
            data: lengths,
            backgroundColor: style.colour,
            borderRadius: 5,
            barThickness: row * (noted ? 0.36 : 0.6),
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: widest(values) + 14 } },
        scales: barScales(lengths, nameRoom),
        plugins: barLabels(values),
      },
    },
  );
  const muted = { size: sizes.small, colour: colours.muted };
  if (style.head !== undefined) write(page, style.head, box.x + nameRoom, top - 14, box.width - nameRoom, muted);
  for (const [index, bar] of shown.entries())
    write(page, bar.note ?? '', box.x, top + row * (index + 0.5) + sizes.small, box.width, muted);
}

type BarOptions = NonNullable<ChartConfiguration<'bar'>['options']>;

function barScales(lengths: number[], nameRoom: number): BarOptions['scales'] {
  const least = Math.min(0, ...lengths);
  const most = Math.max(0, ...lengths);
  return {
    x: { display: false, min: least, max: most > least ? most : 1 },
    y: {
      grid: { display: false },
      border: { display: false },
      ticks: {
        autoSkip: false,
        crossAlign: 'far',
        padding: 0,
        color: colours.ink,
      },
      afterFit: (scale) => {
        Object.assign(scale, { width: nameRoom, paddingTop: 0, paddingBottom: 0 });
      },
    },
  };
}

function barLabels(values: string[]): BarOptions['plugins'] {
  return {
    datalabels: {
      display: true,
      anchor: (context) => (Number(context.dataset.data[context.dataIndex]) < 0 ? 'start' : 'end'),
      align: 'right',
      offset: 6,
      padding: 0,
      formatter: (_value, context) => values[context.dataIndex],
    },
  };
}
