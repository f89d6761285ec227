import { type Chart, type Crossed, type CrossTable, LANGUAGES, REST, type Segment } from '../../core/index.ts';
import type { Turn } from '../flow.ts';
import { people, segmentName } from '../segmentWords.ts';
import { translator } from '../translate.ts';
import { chartHead } from './groupChart.ts';

/** What two things a table is of, and what is in it. */
export interface Crossing {
  readonly rows: Crossed;
  readonly columns: Crossed;
  readonly table: CrossTable;
}

/** A cross-table as a heat map, and its words. */
export function crossChart(
  turn: Turn,
  crossing: Crossing,
  segments: readonly Segment[],
): { chart: Chart; alt: string } {
  const { t, language, shop, core } = turn;
  const { rows, columns, table } = crossing;
  const exact = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { notation: 'compact' });
  const write = (count: number): string => (count < 1_000 ? exact : short).format(count);
  const head = chartHead(turn, crossTitle(turn, crossing), core.clock.now());
  return {
    alt: t('segment.chart.alt', {
      title: head.title,
      shop: shop.name ?? '',
      named: standoutText(turn, crossing, segments),
    }),
    chart: {
      kind: 'cross',
      figures: {
        ...head,
        rows: table.rows.map((name) => nameOf(turn, rows, name, segments)),
        columns: table.columns.map((name) => nameOf(turn, columns, name, segments)),
        cells: table.counts.map((line) => line.map((value) => ({ value, formatted: write(value) }))),
      },
    },
  };
}

/** What the table is of, what stands out in it and how many are not in it. */
export function crossText(turn: Turn, crossing: Crossing, segments: readonly Segment[]): string {
  const { t, language } = turn;
  const { unknown } = crossing.table;
  const left = unknown > 0 ? t('segment.cross.unknown', { people: people(t, language, unknown) }) : '';
  return [crossTitle(turn, crossing), standoutText(turn, crossing, segments), left].filter(Boolean).join('\n');
}

/** What customers can be counted by, in words. */
export function crossedName({ t }: Pick<Turn, 't'>, by: Crossed): string {
  if (by === 'value' || by === 'preference') return t(`segment.button.${by}`);
  return t(`segment.chart.${by}`);
}

function crossTitle(turn: Turn, { rows, columns }: Crossing): string {
  return `${crossedName(turn, rows)} × ${crossedName(turn, columns)}`;
}

function standoutText(turn: Turn, { rows, columns, table }: Crossing, segments: readonly Segment[]): string {
  const { t, language } = turn;
  const { standout } = table;
  if (!standout) return t('segment.cross.even');
  return t('segment.cross.standout', {
    row: nameOf(turn, rows, standout.row, segments),
    column: nameOf(turn, columns, standout.column, segments),
    people: people(t, language, standout.count),
    times: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(standout.times),
  });
}

function nameOf({ t }: Turn, by: Crossed, name: string, segments: readonly Segment[]): string {
  if (name === REST) return t('segment.cross.rest');
  if (by === 'value' || by === 'gender') return t(`segment.name.${name}`);
  if (by === 'preference') {
    const segment = segments.find(({ key }) => key === name);
    return segment ? segmentName(t, segment) : name;
  }
  const language = LANGUAGES.find((known) => by === 'language' && known === name);
  return language ? translator(language)('language.name') : name;
}
