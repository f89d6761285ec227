import type { ChartConfiguration, ScriptableContext } from 'chart.js';
import type {} from 'chartjs-chart-matrix';
import type { Context } from 'chartjs-plugin-datalabels';
import type { GridCell } from '../core/index.ts';
import { drawChart } from './chart.ts';
import type { Box, Page } from './page.ts';
import { proportions } from './proportions.ts';
import { colours } from './theme.ts';

const scores = ['1', '2', '3', '4', '5'];
const pale = [226, 238, 247];
const deep = [0, 66, 120];

/** The 5 x 5 grid of recency (up) by frequency and money (right), best at the top right; darker is more people. */
export function drawHeatMap(
  page: Page,
  box: Box,
  cells: GridCell[],
  labels: { recency: string; frequency: string },
): void {
  const data = scores.flatMap((y) => scores.map((x) => ({ x, y })));
  const nobody = { value: 0, formatted: '' };
  const counted = data.map(
    ({ x, y }) => cells.find((cell) => String(cell.frequency) === x && String(cell.recency) === y) ?? nobody,
  );
  // The square root keeps small cells apart where a few are very full.
  const depths = proportions(counted).map((share) => Math.sqrt(Math.max(0, share)));
  const side = (length: 'width' | 'height') => (context: ScriptableContext<'matrix'>) =>
    (context.chart.chartArea?.[length] ?? 0) / scores.length - 5;
  const scale = (text: string) => ({
    type: 'category' as const,
    offset: true,
    grid: { display: false },
    border: { display: false },
    ticks: { color: colours.muted, padding: 4 },
    title: { display: text !== '', text, color: colours.muted },
  });
  const dataset = {
    data,
    backgroundColor: (context: ScriptableContext<'matrix'>) => shade(depths[context.dataIndex] ?? 0),
    borderRadius: 6,
    width: side('width'),
    height: side('height'),
  };
  drawChart(page, box, {
    type: 'matrix',
    data: { datasets: [dataset] },
    options: {
      scales: {
        x: { ...scale(labels.frequency), labels: scores },
        y: { ...scale(labels.recency), labels: scores },
      },
      plugins: {
        datalabels: {
          display: true,
          color: (context: Context) => ((depths[context.dataIndex] ?? 0) > 0.45 ? colours.card : colours.ink),
          formatter: (_value: unknown, context: Context) => counted[context.dataIndex]?.formatted ?? '',
        },
      },
    },
  } as unknown as ChartConfiguration<'matrix'>);
}

function shade(depth: number): string {
  return `rgb(${pale.map((from, channel) => Math.round(from + ((deep[channel] ?? 0) - from) * depth)).join(' ')})`;
}
