import type { ChartConfiguration } from 'chart.js';
import type { ChartItem } from '../core/index.ts';
import { drawChart } from './chart.ts';
import { font } from './fonts.ts';
import type { Box, Page } from './page.ts';
import { proportions } from './proportions.ts';
import { fitText } from './text.ts';
import { colours, sizes } from './theme.ts';

/** More points than this make a line, fewer make bars. */
const mostBars = 31;
const labelSpace = 40;

/** Values over time, oldest first. The highest and the latest are written out, which says more on a phone than an axis of numbers. */
export function drawTrend(page: Page, box: Box, points: ChartItem[]): void {
  const values = proportions(points);
  const marked = markedPoints(values);
  page.ctx.font = font(sizes.small);
  const labels = points.map((point) => fitText(page.ctx, point.label, 170));
  const asBars = points.length <= mostBars;
  const shade = values.map((_, index) => (marked.includes(index) ? colours.blue : '#9CC4E0'));
  const bars = {
    backgroundColor: shade,
    borderRadius: 4,
    maxBarThickness: 90,
    categoryPercentage: 0.86,
    barPercentage: 0.9,
  };
  const line = {
    borderColor: colours.blue,
    borderWidth: 4,
    pointRadius: values.map((_, index) => (marked.includes(index) ? 7 : 0)),
    pointBackgroundColor: colours.blue,
    backgroundColor: '#DCEAF5',
    fill: 'origin',
    clip: false,
  };
  drawChart(page, box, {
    type: asBars ? 'bar' : 'line',
    data: { labels, datasets: [{ data: values, ...(asBars ? bars : line) }] },
    options: trendOptions(values),
    plugins: [zeroLine, markLabels(points, marked)],
  } as ChartConfiguration);
}

/** Latest first, since it gives way when the two would overlap. */
function markedPoints(values: number[]): number[] {
  const latest = values.length - 1;
  const highest = values.indexOf(Math.max(...values));
  return highest === latest ? [highest] : [highest, latest];
}

function trendOptions(values: number[]): ChartConfiguration['options'] {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  return {
    layout: { padding: { top: labelSpace } },
    scales: {
      x: {
        grid: { display: false },
        border: { display: false },
        ticks: {
          maxRotation: 0,
          autoSkipPadding: 40,
          maxTicksLimit: 8,
          color: colours.muted,
        },
      },
      y: { display: false, min: least, max: most > least ? most : least + 1 },
    },
  };
}

type Drawing = NonNullable<ChartConfiguration['plugins']>[number];

const zeroLine: Drawing = {
  id: 'zero',
  beforeDatasetsDraw: ({ ctx, chartArea, scales }) => {
    ctx.fillStyle = colours.grey;
    ctx.fillRect(chartArea.left, (scales.y?.getPixelForValue(0) ?? 0) - 1, chartArea.width, 2);
  },
};

function markLabels(points: ChartItem[], marked: number[]): Drawing {
  return {
    id: 'marks',
    afterDraw: (chart) => {
      const { ctx } = chart;
      const taken: { from: number; to: number }[] = [];
      ctx.font = font(sizes.small, 700);
      ctx.fillStyle = colours.ink;
      ctx.textAlign = 'left';
      for (const index of marked) {
        const place = chart.getDatasetMeta(0).data[index];
        const label = fitText(ctx as never, points[index]?.formatted ?? '', chart.width);
        const width = ctx.measureText(label).width;
        if (!place) continue;
        const from = Math.min(Math.max(place.x - width / 2, 0), chart.width - width);
        if (taken.some((other) => from < other.to + 16 && from + width + 16 > other.from)) continue;
        taken.push({ from, to: from + width });
        ctx.fillText(label, from, topBetween(chart.getDatasetMeta(0).data, from, from + width) - 15);
      }
    },
  };
}

/** The highest mark under a label, so that no bar runs through it. */
function topBetween(marks: readonly { x: number; y: number; base?: number }[], from: number, to: number): number {
  const under = marks.filter((mark) => mark.x > from - 20 && mark.x < to + 20);
  return Math.min(...under.map((mark) => Math.min(mark.y, mark.base ?? mark.y)));
}
