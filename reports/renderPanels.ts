import type { PanelFigures } from '../core/index.ts';
import { drawBars } from './bars.ts';
import { drawPhonePage } from './phonePage.ts';
import { colours } from './theme.ts';

const rowHeight = 46;
const mostRows = 20;

/** Lists of bars one under the other; one without items is left out. */
export function renderPanels(figures: PanelFigures): Buffer {
  const filled = figures.panels.filter(({ items }) => items.length > 0);
  return drawPhonePage(
    figures,
    filled.map(({ label, items }) => ({
      heading: label,
      height: Math.min(items.length, mostRows) * rowHeight,
      draw: (page, inner) => drawBars(page, inner, items, { colour: colours.blue }),
    })),
  );
}
