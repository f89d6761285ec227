import type { ChartConfiguration } from 'chart.js';
import type {} from 'chartjs-chart-matrix';
import type { Context } from 'chartjs-plugin-datalabels';
import type { ChartItem } from '../core/index.ts';
import { drawChart } from './chart.ts';
import { font } from './fonts.ts';
import { type Box, fitName, type Page, sizeToFit, write } from './page.ts';
import { proportions } from './proportions.ts';
import { fitText } from './text.ts';
import { colours, sizes } from './theme.ts';

const pale = [226, 238, 247];
const deep = [0, 66, 120];
/** From here on white is easier to read on a cell than ink. */
const darkFrom = 0.62;
const gap = 5;
const lineHeight = 28;
const slant = Math.PI / 3;
const longestHead = 190;

/** A cell: what is written in it, and in its corner a mark. */
export interface HeatCell extends Pick<ChartItem, 'value' | 'formatted'> {
  mark?: string;
}

/** Rows from the top, columns from the left; `cells` holds a list for each row. A title of '' is none. */
export interface HeatFigures {
  rows: string[];
  columns: string[];
  cells: HeatCell[][];
  labels: { rows: string; columns: string };
}

/** The height that the heads of the columns need. */
export function headHeight({ columns, labels }: Pick<HeatFigures, 'columns' | 'labels'>): number {
  const title = labels.columns === '' ? 0 : 40;
  return title + (isSlanted(columns) ? 176 : lineHeight * (isShort(columns) ? 1 : 2) + 12);
}

/** A table whose cells are darker the more is in them, with the figure written in each. */
export function drawHeatMap(page: Page, box: Box, figures: HeatFigures): void {
  const { rows, columns, labels } = figures;
  const top = headHeight(figures);
  const side = labels.rows === '' ? 0 : 40;
  const names = isShort(rows) ? 40 : box.width * 0.42;
  const rest = isSlanted(columns) ? 34 : 0;
  const table = {
    x: box.x + side + names,
    y: box.y + top,
    width: Math.floor(box.width - side - names - rest),
    height: Math.floor(box.height - top),
  };
  const across = { size: sizes.small, colour: colours.muted, align: 'center' } as const;
  write(page, labels.columns, table.x + table.width / 2, box.y + 22, table.width, across);
  turned(page, box.x + 22, table.y + table.height / 2, Math.PI / 2, () =>
    write(page, labels.rows, 0, 0, table.height, across),
  );
  nameRows(page, { ...table, x: box.x + side, width: names - 14 }, rows);
  nameColumns(page, table, columns);
  drawCells(page, table, figures);
}

/** Two lines each at the most, their middle at the row's. */
function nameRows(page: Page, box: Box, rows: string[]): void {
  const height = box.height / rows.length;
  for (const [place, row] of rows.entries()) {
    const { lines, size } = fitName(page, row, box.width);
    const first = box.y + height * (place + 0.5) + 9 - ((lines.length - 1) * lineHeight) / 2;
    for (const [index, line] of lines.entries())
      write(page, line, box.x, first + index * lineHeight, box.width, { size });
  }
}

function nameColumns(page: Page, table: Box, columns: string[]): void {
  const width = table.width / columns.length;
  for (const [place, column] of columns.entries()) {
    const middle = table.x + width * (place + 0.5);
    if (isSlanted(columns)) {
      const style = { size: sizes.small } as const;
      turned(page, middle + 4, table.y - 12, slant, () => write(page, column, 0, 0, longestHead, style));
      continue;
    }
    const { lines, size } = fitName(page, column, width - 8);
    for (const [index, line] of lines.entries()) {
      const baseline = table.y - 14 - (lines.length - 1 - index) * lineHeight;
      write(page, line, middle, baseline, width - 8, { size, align: 'center' });
    }
  }
}

function drawCells(page: Page, table: Box, { rows, columns, cells }: HeatFigures): void {
  const data = rows.flatMap((_, y) => columns.map((__, x) => ({ x, y })));
  const all: HeatCell[] = data.map(({ x, y }) => cells[y]?.[x] ?? { value: 0, formatted: '' });
  // The square root keeps small cells apart where a few are very full.
  const depths = proportions(all).map((share) => Math.sqrt(Math.max(0, share)));
  const inkOn = (place: number): string => ((depths[place] ?? 0) > darkFrom ? colours.card : colours.ink);
  const [width, height] = [table.width / columns.length, table.height / rows.length];
  const longest = all.reduce((most, { formatted }) => (formatted.length > most.length ? formatted : most), '');
  const size = sizeToFit(page, longest, width - gap - 4, { size: sizes.small, least: sizes.least });
  page.ctx.font = font(size);
  const figures = all.map(({ formatted }) => fitText(page.ctx, formatted, width - gap));
  const axis = (count: number) => ({
    type: 'linear' as const,
    display: false,
    offset: false,
    min: -0.5,
    max: count - 0.5,
  });
  drawChart(page, table, {
    type: 'matrix',
    data: {
      datasets: [
        {
          data,
          backgroundColor: depths.map(shade),
          borderRadius: 6,
          width: Math.max(1, width - gap),
          height: Math.max(1, height - gap),
        },
      ],
    },
    options: {
      scales: { x: axis(columns.length), y: { ...axis(rows.length), reverse: true } },
      plugins: {
        datalabels: {
          display: true,
          font: { size },
          color: (context: Context) => inkOn(context.dataIndex),
          formatter: (_value: unknown, context: Context) => figures[context.dataIndex] ?? '',
        },
      },
    },
  } as unknown as ChartConfiguration<'matrix'>);
  for (const [place, { mark }] of all.entries()) {
    if (mark === undefined) continue;
    const [x, y] = [(data[place]?.x ?? 0) * width, (data[place]?.y ?? 0) * height];
    const style = { size: sizes.small, weight: 700, colour: inkOn(place) } as const;
    write(page, mark, table.x + x + 11, table.y + y + 30, width, style);
  }
}

/** Draws around a point, turned against the clock by an angle. */
function turned(page: Page, x: number, y: number, angle: number, draw: () => void): void {
  page.ctx.save();
  page.ctx.translate(x, y);
  page.ctx.rotate(-angle);
  draw();
  page.ctx.restore();
}

/** Scores and the like need no room. */
function isShort(names: string[]): boolean {
  return names.every((name) => name.length <= 2);
}

/** More than three columns are too narrow for words that lie. */
function isSlanted(columns: string[]): boolean {
  return columns.length > 3 && !isShort(columns);
}

function shade(depth: number): string {
  return `rgb(${pale.map((from, channel) => Math.round(from + ((deep[channel] ?? 0) - from) * depth)).join(' ')})`;
}
