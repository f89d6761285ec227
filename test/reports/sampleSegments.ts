import { translator } from '../../bot/translate.ts';
import {
  type ChartHead,
  type ChartItem,
  type CrossFigures,
  type Language,
  type MovementFigures,
  type OverlapFigures,
  type PanelFigures,
  type TasteFigures,
  VALUE_SEGMENTS,
  type ValueFigures,
} from '../../core/index.ts';

const number = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const letter = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);

function head(language: Language, title: string): ChartHead {
  const t = translator(language);
  return { language, title, subtitle: 'Nimal Stores, Kandy · 9 Dec 2011', noData: t('segment.chart.noData') };
}

const SIZES = [654, 612, 530, 84, 101, 267, 310, 590, 63, 702, 425];
const REVENUE = [0.6412, 0.152, 0.061, 0.006, 0.008, 0.034, 0.019, 0.061, 0.012, 0.021, -0.004];
/** The grid's rows from recency 5 down, by the places of the segments. */
const GRID = [
  [3, 2, 2, 0, 0],
  [4, 2, 2, 1, 1],
  [6, 6, 5, 1, 1],
  [9, 9, 7, 7, 8],
  [10, 10, 7, 7, 8],
];

/** Eleven value segments with the 25 cells of the grid. */
export function sampleValue(language: Language = 'en'): ValueFigures {
  const t = translator(language);
  const labels = ['size', 'revenueShare', 'grid', 'recency', 'frequency'] as const;
  const cells = GRID.flatMap((row, above) =>
    row.map((segment, left) => {
      const value = 20 + (((above * 5 + left) * 97) % 330);
      return { segment, recency: 5 - above, frequency: left + 1, value, formatted: number(value) };
    }),
  );
  return {
    ...head(language, t('segment.button.value')),
    labels: Object.fromEntries(labels.map((label) => [label, t(`segment.chart.${label}`)])) as ValueFigures['labels'],
    segments: VALUE_SEGMENTS.map((name, place) => ({
      letter: letter(place),
      label: t(`segment.name.${name}`),
      value: SIZES[place] ?? 0,
      formatted: number(SIZES[place] ?? 0),
      revenueShare: REVENUE[place] ?? 0,
      revenueShareFormatted: percent(REVENUE[place] ?? 0),
      cells: cells.filter(({ segment }) => segment === place),
    })),
  };
}

const items = (rows: [string, number][]): ChartItem[] =>
  rows.map(([label, value]) => ({ label, value, formatted: number(value) }));

/** Ages, genders, cities and languages. */
export function samplePanels(language: Language = 'en'): PanelFigures {
  const t = translator(language);
  const ages: [string, number][] = [
    ['18-24', 210],
    ['25-34', 820],
    ['35-44', 930],
    ['45-54', 610],
    ['65+', 88],
  ];
  return {
    ...head(language, t('segment.button.demographic')),
    panels: [
      { label: t('segment.chart.age'), items: items(ages) },
      {
        label: t('segment.chart.gender'),
        items: items([
          [t('segment.name.female'), 1804],
          [t('segment.name.male'), 1311],
        ]),
      },
      {
        label: t('segment.chart.city'),
        items: items([
          ['Colombo', 1300],
          ['Sri Jayawardenepura Kotte', 650],
          ['நுவரெலியா', 433],
          ['නුවර එළිය', 12],
        ]),
      },
      { label: t('segment.chart.language'), items: [] },
    ],
  };
}

const FAMILIES: [string, number][] = [
  ['lunch bag', 0.18],
  ['cake', 0.14],
  ['light', 0.13],
  ['bunting & party decoration', 0.1],
  ['පහන්', 0.09],
  ['card', 0.07],
  ['mug', 0.06],
  ['பை', 0.05],
];

/** So many tastes: in each a family is preferred. */
export function sampleTastes(groups = 4, language: Language = 'en'): TasteFigures {
  const t = translator(language);
  return {
    ...head(language, t('segment.button.preference')),
    labels: { group: t('segment.chart.group'), average: t('segment.chart.average') },
    groups: Array.from({ length: groups }, (_, liked) => ({
      label: t('segment.name.likes', { what: FAMILIES[liked]?.[0] ?? '' }),
      families: FAMILIES.map(([label, average], place) => {
        const value = place === liked ? average * 3 : average * 0.7;
        return { label, value, formatted: percent(value), average, averageFormatted: percent(average) };
      }),
    })),
  };
}

/** Value segments by cities. */
export function sampleCross(language: Language = 'en'): CrossFigures {
  const t = translator(language);
  const columns = ['Colombo', 'Kandy', 'Sri Jayawardenepura', 'යාපනය', 'நுவரெலியா', t('segment.cross.rest')];
  return {
    ...head(language, `${t('segment.button.value')} × ${t('segment.chart.city')}`),
    rows: [...VALUE_SEGMENTS, 'none'].map((name) => t(`segment.name.${name}`)),
    columns,
    cells: Array.from({ length: 12 }, (_, row) =>
      columns.map((__, column) => {
        const value = ((row * 7 + column) * 61) % (column === 0 ? 1_000 : 180);
        return { value, formatted: number(value) };
      }),
    ),
  };
}

/** A month in which most stayed, and 42 Champions fell to At risk. */
export function sampleMovements(language: Language = 'en'): MovementFigures {
  const t = translator(language);
  const groups = [...VALUE_SEGMENTS, 'none'].map((name, place) => ({
    letter: letter(place),
    label: t(`segment.name.${name}`),
    before: number(SIZES[place] ?? 40),
    after: number(SIZES[(place + 1) % 11] ?? 0),
  }));
  const moves = [
    [0, 7, 42],
    [0, 1, 61],
    [1, 0, 80],
    [2, 0, 25],
    [5, 9, 64],
    [11, 3, 40],
    [9, 2, 12],
    [7, 10, 90],
  ];
  return {
    ...head(language, t('segment.movements.title')),
    labels: {
      before: '31 Oct 2011',
      after: '30 Nov 2011',
      rose: t('segment.movements.risen'),
      fell: t('segment.movements.fallen'),
      stayed: t('segment.movements.same'),
    },
    groups,
    bands: [
      ...SIZES.map((value, place) => ({ from: place, to: place, value: value / 2 })),
      ...moves.map(([from = 0, to = 0, value = 0]) => ({ from, to, value })),
    ],
  };
}

/** Two segments of which a third overlaps. */
export function sampleOverlap(language: Language = 'en'): OverlapFigures {
  const t = translator(language);
  const [one, other] = [t('segment.name.champions'), 'Weekend shoppers of Colombo 7 and Kandy'];
  const part = (key: string, name: string, value: number, share: number) => ({
    label: t(`segment.compare.only.${key}`, { name }),
    value,
    formatted: number(value),
    aside: t('segment.compare.ofSales', { share: percent(share) }),
  });
  return {
    ...head(language, t('segment.compare.title')),
    sets: [
      { label: one, formatted: number(654) },
      { label: other, formatted: number(431) },
    ],
    parts: [part('first', one, 412, 0.301), part('both', '', 242, 0.44), part('second', other, 189, 0.021)],
  };
}
