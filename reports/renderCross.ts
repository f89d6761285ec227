import type { CrossFigures } from '../core/index.ts';
import { drawHeatMap, headHeight } from './heatMap.ts';
import { drawPhonePage } from './phonePage.ts';

const rowHeight = 66;
const mostRows = 14;
const mostColumns = 8;

/** A cross-table as a heat map, the figure in each cell. */
export function renderCross(figures: CrossFigures): Buffer {
  const rows = figures.rows.slice(0, mostRows);
  const columns = figures.columns.slice(0, mostColumns);
  if (rows.length === 0 || columns.length === 0) return drawPhonePage(figures, []);
  const heat = { ...figures, rows, columns, labels: { rows: '', columns: '' } };
  return drawPhonePage(figures, [
    { height: headHeight(heat) + rows.length * rowHeight, draw: (page, inner) => drawHeatMap(page, inner, heat) },
  ]);
}
