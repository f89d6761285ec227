import type { ReportSpec } from './figures.ts';
import { renderDashboard } from './renderDashboard.ts';
import { renderFunnel } from './renderFunnel.ts';
import { renderSegments } from './renderSegments.ts';

/** Figures to a PNG at 300 DPI. Throws on a kind it does not know and on figures it cannot draw. */
export function renderReport(spec: ReportSpec): Buffer {
  switch (spec.kind) {
    case 'dashboard':
      return renderDashboard(spec.figures);
    case 'segments':
      return renderSegments(spec.figures);
    case 'funnel':
      return renderFunnel(spec.figures);
    default:
      throw new TypeError(`There is no report of the kind "${String((spec as { kind?: unknown } | null)?.kind)}".`);
  }
}
