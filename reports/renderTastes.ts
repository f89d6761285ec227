import type { ComparedItem, TasteFigures } from '../core/index.ts';
import { drawChart } from './chart.ts';
import { type Box, fitName, type Page } from './page.ts';
import { drawPairLegend, drawPairs, type Pair, type PairStyle, pairsHeight } from './pairs.ts';
import { drawPhonePage, type Section } from './phonePage.ts';
import { proportions } from './proportions.ts';
import { colours, sizes } from './theme.ts';

const radarHeight = 536;
const mostInGroup = 2;
const mostGroups = 8;
const mostInRadar = 12;

/** What preference segments spend on, beside the shop's average: a card each, one alone as a radar and all its families. */
export function renderTastes(figures: TasteFigures): Buffer {
  const groups = figures.groups.filter(({ families }) => families.length > 0).slice(0, mostGroups);
  const most = groups.length > 1 ? mostInGroup : mostInRadar;
  const style = { thick: figures.labels.group, thin: figures.labels.average, thinColour: colours.vermilion };
  const sections = groups.map(({ label, families }, place): Section => {
    const pairs = pairsOf(families.slice(0, most));
    const first = place === 0;
    return {
      heading: label,
      height: pairsHeight(pairs.length, first),
      draw: (page, inner) => drawPairs(page, inner, pairs, style, first),
    };
  });
  const only = groups.length === 1 ? pairsOf(groups[0]?.families.slice(0, mostInRadar) ?? []) : [];
  // A radar of two points is a line.
  if (only.length < 3) return drawPhonePage(figures, sections);
  const radar = { height: radarHeight, draw: (page: Page, inner: Box) => drawRadar(page, inner, only, style) };
  return drawPhonePage(figures, [radar, ...sections]);
}

/** Both shares of each family in proportion to the greatest of all, none below zero. */
function pairsOf(families: readonly ComparedItem[]): Pair[] {
  const lengths = proportions(families.flatMap(({ value, average }) => [{ value }, { value: average }]));
  const length = (place: number): number => Math.max(0, lengths[place] ?? 0);
  return families.map(({ label, formatted, averageFormatted }, place) => ({
    label,
    thick: { length: length(2 * place), formatted },
    thin: { length: length(2 * place + 1), formatted: averageFormatted },
  }));
}

/** The group is a filled area in a solid line, the average a dashed line: told apart without colour. */
function drawRadar(page: Page, box: Box, pairs: Pair[], style: PairStyle): void {
  drawPairLegend(page, box, style);
  const line = { borderWidth: 4, pointRadius: 0 };
  const inner = { ...box, y: box.y + 76, height: box.height - 76 };
  drawChart(page, inner, {
    type: 'radar',
    data: {
      labels: pairs.map(({ label }) => fitName(page, label, box.width * 0.26).lines),
      datasets: [
        {
          ...line,
          data: pairs.map(({ thick }) => thick.length),
          borderColor: colours.blue,
          backgroundColor: '#0072B233',
        },
        {
          ...line,
          data: pairs.map(({ thin }) => thin.length),
          borderColor: style.thinColour,
          borderDash: [10, 8],
          fill: false,
        },
      ],
    },
    options: {
      scales: {
        r: {
          min: 0,
          max: 1,
          ticks: { display: false, stepSize: 0.25 },
          grid: { color: colours.line },
          angleLines: { color: colours.line },
          pointLabels: { font: { size: sizes.small }, color: colours.ink },
        },
      },
    },
  });
}
