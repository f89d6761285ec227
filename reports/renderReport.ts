import type { Chart } from '../core/index.ts';
import { renderDashboard } from './renderDashboard.ts';
import { renderFunnel } from './renderFunnel.ts';
import { renderSegments } from './renderSegments.ts';

/** Figures to a PNG at 300 DPI. Throws on a kind it does not know and on figures it cannot draw. */
export function renderReport(chart: Chart): Buffer {
  switch (chart.kind) {
    case 'dashboard':
      return renderDashboard(chart.figures);
    case 'segments':
      return renderSegments(chart.figures);
    case 'funnel':
      return renderFunnel(chart.figures);
    default:
      throw new TypeError(`There is no chart of the kind "${String((chart as { kind?: unknown } | null)?.kind)}".`);
  }
}
