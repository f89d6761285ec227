import type { SegmentFigures, ValueSegment } from '../core/index.ts';
import { drawBars } from './bars.ts';
import { drawHeatMap } from './heatMap.ts';
import { type Box, columns, drawPage, drawPanel, drawTitle, type Page } from './page.ts';
import { colours, space } from './theme.ts';

/** All segments as a PNG of 4800 x 3000 px (16 x 10 in at 300 DPI): value with its grid above, preference and demographic below. */
export function renderSegments(figures: SegmentFigures): Buffer {
  const size = { width: 1600, height: 1000, scale: 3, language: figures.language };
  return drawPage(size, (page) => {
    const { labels } = figures;
    const y = drawTitle(page, figures.shop, figures.period);
    const body = { x: space.margin, width: page.width - 2 * space.margin };
    const upper = { ...body, y, height: 486 };
    const lowerTop = y + upper.height + space.gap;
    const lower = { ...body, y: lowerTop, height: page.height - lowerTop - space.margin };
    const panel = (box: Box | undefined, heading: string, items: unknown[], draw: (inner: Box) => void) =>
      drawPanel(page, box, heading, items.length > 0 ? draw : labels.noData);
    const filled = figures.demographics.filter((group) => group.items.length > 0).slice(0, 3);
    const groups = filled.length > 0 ? filled : [{ label: labels.demographics, items: [] }];
    const [values, grid] = columns(upper, [1.5, 1]);
    const [preferences, ...people] = columns(lower, [1.5, ...groups.map(() => 1)]);
    panel(values, labels.valueSegments, figures.valueSegments, (inner) =>
      drawValueSegments(page, inner, figures.valueSegments, labels),
    );
    panel(grid, labels.grid, figures.grid, (inner) => drawHeatMap(page, inner, figures.grid, labels));
    panel(preferences, labels.preferences, figures.preferences, (inner) => {
      const noted = figures.preferences.map((segment) => ({ ...segment, note: segment.products.join(' · ') }));
      drawBars(page, inner, noted, { colour: colours.green });
    });
    for (const [index, group] of groups.entries())
      panel(people[index], group.label, group.items, (inner) =>
        drawBars(page, inner, group.items, { colour: colours.purple }),
      );
  });
}

/** Two columns of bars over the same rows: how many people, and what they bring. */
function drawValueSegments(page: Page, box: Box, segments: ValueSegment[], labels: SegmentFigures['labels']): void {
  const [people, money] = columns(box, [1.75, 1]);
  if (!people || !money) return;
  const shares = segments.map((segment) => ({
    label: '',
    value: segment.revenueShare,
    formatted: segment.revenueShareFormatted,
  }));
  drawBars(page, people, segments, { colour: colours.blue, head: labels.size });
  drawBars(page, money, shares, { colour: colours.orange, head: labels.revenueShare, named: false });
}
