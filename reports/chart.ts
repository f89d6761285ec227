import { createRequire } from 'node:module';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { Chart as ChartClass, ChartConfiguration, ChartType } from 'chart.js';
import type {} from 'chartjs-plugin-datalabels';
import { fontFamily } from './fonts.ts';
import type { Box, Page } from './page.ts';
import { colours, sizes } from './theme.ts';

const require = createRequire(import.meta.url);

// chartjs-node-canvas loads Chart.js and its plugins from one copy: with two, labels land in wrong places (datalabels #392).
// Its own drawing makes a new canvas each time, which leaks native memory, so only the class is taken from it.
const { ChartJSNodeCanvas } = require('chartjs-node-canvas') as typeof import('chartjs-node-canvas');
const Chart = loadChart();
let panel: Canvas | undefined;

function loadChart(): typeof ChartClass {
  let loaded: typeof ChartClass | undefined;
  const chartCallback = (chart: unknown) => {
    loaded = chart as typeof ChartClass;
  };
  const plugins = { requireLegacy: ['chartjs-plugin-datalabels'], modern: ['chartjs-chart-matrix'] };
  new ChartJSNodeCanvas({ width: 1, height: 1, plugins, chartCallback });
  if (!loaded) throw new Error('Chart.js could not be loaded.');
  const off = { legend: { display: false }, tooltip: { enabled: false }, datalabels: { display: false } };
  loaded.defaults.set({ font: { family: fontFamily, size: sizes.small }, color: colours.ink, plugins: off });
  return loaded;
}

/** Draws a Chart.js chart into a box of the page, its sizes in page units. */
export function drawChart<T extends ChartType>(page: Page, box: Box, configuration: ChartConfiguration<T>): void {
  panel ??= createCanvas(1, 1);
  Object.assign(panel, { width: Math.floor(box.width), height: Math.floor(box.height) });
  const still = { responsive: false, animation: false, events: [], devicePixelRatio: page.scale };
  const options = { ...configuration.options, ...still };
  try {
    new Chart(panel.getContext('2d') as never, { ...configuration, options } as ChartConfiguration);
    page.ctx.drawImage(panel, box.x, box.y, Math.floor(box.width), Math.floor(box.height));
  } finally {
    Chart.getChart(panel as never)?.destroy();
    Object.assign(panel, { width: 0, height: 0 });
  }
}
