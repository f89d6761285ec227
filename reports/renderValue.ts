import type { ValueFigures } from '../core/index.ts';
import { drawHeatMap } from './heatMap.ts';
import { drawPairs, pairsHeight } from './pairs.ts';
import { drawPhonePage } from './phonePage.ts';
import { proportions } from './proportions.ts';
import { colours } from './theme.ts';

const scores = [1, 2, 3, 4, 5];
const gridHeight = 520;
const mostSegments = 14;

/** The value segments, lettered: how many people each has and what they bring, and where it lies in the grid of scores. */
export function renderValue(figures: ValueFigures): Buffer {
  const segments = figures.segments.slice(0, mostSegments);
  if (segments.length === 0) return drawPhonePage(figures, []);
  const { labels } = figures;
  const [people, money] = [sharesOf(segments), sharesOf(segments.map(({ revenueShare }) => ({ value: revenueShare })))];
  const most = Math.max(...people, ...money) || 1;
  const pairs = segments.map(({ letter, label, formatted, revenueShareFormatted }, place) => ({
    label: `${letter}  ${label}`,
    thick: { length: (people[place] ?? 0) / most, formatted },
    thin: { length: (money[place] ?? 0) / most, formatted: revenueShareFormatted },
  }));
  const style = { thick: labels.size, thin: labels.revenueShare, thinColour: colours.vermilion };
  return drawPhonePage(figures, [
    {
      height: pairsHeight(pairs.length),
      draw: (page, inner) => drawPairs(page, inner, pairs, style),
    },
    {
      heading: labels.grid,
      height: gridHeight,
      draw: (page, inner) =>
        drawHeatMap(page, inner, { ...gridOf(segments), labels: { rows: labels.recency, columns: labels.frequency } }),
    },
  ]);
}

/** Recency from the top down, frequency and money to the right, the best at the top right. */
function gridOf(segments: ValueFigures['segments']) {
  const cells = segments.flatMap(({ letter, cells: own }) => own.map((cell) => ({ ...cell, mark: letter })));
  const nobody = { value: 0, formatted: '' };
  return {
    rows: scores.toReversed().map(String),
    columns: scores.map(String),
    cells: scores
      .toReversed()
      .map((recency) =>
        scores.map((column) => cells.find((cell) => cell.recency === recency && cell.frequency === column) ?? nobody),
      ),
  };
}

/** Each value's share of all that are above zero, so that people and money lie on one scale. */
function sharesOf(items: readonly { value: number }[]): number[] {
  const lengths = proportions(items).map((length) => Math.max(0, length));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.map((length) => (whole > 0 ? length / whole : 0));
}
