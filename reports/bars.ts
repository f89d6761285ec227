import type { ChartConfiguration } from 'chart.js';
import { drawChart } from './chart.ts';
import type { Item } from './figures.ts';
import { font } from './fonts.ts';
import type { Box, Page } from './page.ts';
import { fitText } from './text.ts';
import { colours, sizes } from './theme.ts';

const lowestRow = 29;
const highestRow = 52;
const noteRow = 78;

/** A row of a bar list; `note` is a muted line under its bar. */
export interface Bar extends Item {
  note?: string;
}

/**
 * Horizontal bars, a name at the left and the written value after the bar; as many as fit legibly, from the first. Bars of
 * negative values go left from zero. `named: false` leaves the names out, for a second column beside a first.
 */
export function drawBars(page: Page, box: Box, bars: Bar[], colour: string, named = true): void {
  const noted = bars.some((bar) => bar.note);
  const shown = bars.slice(0, Math.max(1, Math.floor(box.height / (noted ? noteRow : lowestRow))));
  const row = Math.min(box.height / shown.length, noted ? noteRow * 1.4 : highestRow);
  page.ctx.font = font(sizes.small);
  const values = shown.map((bar) => fitText(page.ctx, bar.formatted, box.width * 0.4));
  const names = shown.map((bar) => fitText(page.ctx, bar.label, box.width * (named ? 0.47 : 0)));
  const notes = shown.map((bar) => fitText(page.ctx, bar.note ?? '', box.width));
  const widest = (lines: string[]) => Math.ceil(Math.max(...lines.map((line) => page.ctx.measureText(line).width)));
  const room = { names: named ? widest(names) + 14 : 0, values: widest(values) + 14 };
  drawChart(
    page,
    { ...box, height: Math.round(row * shown.length) },
    {
      type: 'bar',
      data: {
        labels: names,
        datasets: [
          {
            data: shown.map((bar) => finite(bar.value)),
            backgroundColor: colour,
            borderRadius: 5,
            barThickness: row * (noted ? 0.28 : 0.6),
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: room.values } },
        scales: barScales(shown, room.names),
        plugins: barLabels(values),
      },
      plugins: noted ? [noteLines(notes, row)] : [],
    },
  );
}

/** Chart.js draws nothing sensible for what is not a finite number. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

type BarOptions = NonNullable<ChartConfiguration<'bar'>['options']>;

function barScales(bars: Bar[], nameRoom: number): BarOptions['scales'] {
  const lengths = bars.map((bar) => finite(bar.value));
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
        scale.width = nameRoom;
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

function noteLines(notes: string[], row: number): NonNullable<ChartConfiguration<'bar'>['plugins']>[number] {
  return {
    id: 'notes',
    afterDraw: ({ ctx, scales }) => {
      ctx.font = font(sizes.small);
      ctx.fillStyle = colours.muted;
      ctx.textAlign = 'left';
      notes.forEach((note, index) => {
        ctx.fillText(note, 0, (scales.y?.getPixelForValue(index) ?? 0) + row * 0.42);
      });
    },
  };
}
