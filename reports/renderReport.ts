import type { Chart } from '../core/index.ts';
import { renderCross } from './renderCross.ts';
import { renderDashboard } from './renderDashboard.ts';
import { renderFunnel } from './renderFunnel.ts';
import { renderMovements } from './renderMovements.ts';
import { renderOverlap } from './renderOverlap.ts';
import { renderPanels } from './renderPanels.ts';
import { renderQr } from './renderQr.ts';
import { renderTastes } from './renderTastes.ts';
import { renderValue } from './renderValue.ts';

/** Figures to a PNG at 300 DPI. Throws on a kind it does not know and on figures it cannot draw. */
export function renderReport(chart: Chart): Buffer {
  switch (chart.kind) {
    case 'dashboard':
      return renderDashboard(chart.figures);
    case 'value':
      return renderValue(chart.figures);
    case 'panels':
      return renderPanels(chart.figures);
    case 'tastes':
      return renderTastes(chart.figures);
    case 'cross':
      return renderCross(chart.figures);
    case 'movements':
      return renderMovements(chart.figures);
    case 'overlap':
      return renderOverlap(chart.figures);
    case 'funnel':
      return renderFunnel(chart.figures);
    case 'qr':
      return renderQr(chart.figures);
    default:
      throw new TypeError(`There is no chart of the kind "${String((chart as { kind?: unknown } | null)?.kind)}".`);
  }
}
