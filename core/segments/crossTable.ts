import type { mongo } from 'mongoose';
import type { Core } from '../core.ts';
import { type Customer, GENDERS } from '../customers/customer.model.ts';
import { LANGUAGES } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { AGE_BANDS, ageBandName, birthdaysOf } from './ageBands.ts';
import { VALUE_SEGMENTS } from './rfm.ts';
import { foldText } from './rule/foldText.ts';

/** What customers can be counted by, two at a time. */
export const CROSSED = ['age', 'gender', 'city', 'language', 'value', 'preference'] as const;
export type Crossed = (typeof CROSSED)[number];

/** What the rest of a long list is counted under. */
export const REST = '';

/** Customers counted by two things. `rows` and `columns` are `25-34`, `female`, `Kandy`, `si`, `champions`, a segment's key, or REST. */
export interface CrossTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** a row of counts for each of `rows` */
  readonly counts: readonly (readonly number[])[];
  /** customers of whom one of the two is not known */
  readonly unknown: number;
  /** the cell furthest above what evenness would give, where that is at least 5 people; null: none stands out */
  readonly standout: { row: string; column: string; count: number; times: number } | null;
}

const FIXED: Partial<Record<Crossed, readonly string[]>> = {
  age: AGE_BANDS.map(ageBandName),
  gender: GENDERS,
  language: LANGUAGES,
  value: [...VALUE_SEGMENTS, 'none'],
};
const FIELDS: Record<Crossed, string> = {
  age: '$birthday',
  gender: '$gender',
  city: '$city',
  language: '$language',
  value: '$value.segment',
  preference: '$preference',
};
/** Lists without an order of their own keep their longest so many, the last of them the rest. */
const MOST = { rows: 12, columns: 6 };
/** A cell stands out when its standardised residual passes this (5 % of even cells would, times two). */
const STANDS_OUT = 2.5;
const LEAST_EXPECTED = 5;

type Counted = { row: string; column: string; count: number }[];

/** Counts all customers of a shop by two different things, as of now. */
export async function crossTable(
  core: Pick<Core, 'db' | 'clock'>,
  { _id: shopId, timeZone }: Pick<Shop, '_id' | 'timeZone'>,
  by: { rows: Crossed; columns: Crossed },
): Promise<CrossTable> {
  const now = core.clock.now();
  const found = await core.db.customers
    .aggregate<{ _id: { row?: unknown; column?: unknown }; count: number }>([
      { $match: { shopId } satisfies mongo.Filter<Customer> },
      { $group: { _id: { row: FIELDS[by.rows], column: FIELDS[by.columns] }, count: { $sum: 1 } } },
    ])
    .toArray();
  const all = found.map(({ _id, count }) => ({
    row: nameOf(by.rows, _id.row, now, timeZone),
    column: nameOf(by.columns, _id.column, now, timeZone),
    count,
  }));
  if (by.rows === 'city') joinSpellings(all, 'row');
  if (by.columns === 'city') joinSpellings(all, 'column');
  const known = all.filter(({ row, column }) => row !== null && column !== null) as Counted;
  const rows = axis(by.rows, known, 'row', MOST.rows);
  const columns = axis(by.columns, known, 'column', MOST.columns);
  const counts = rows.map(() => columns.map(() => 0));
  for (const { row, column, count } of known) {
    const line = counts[placeOf(rows, row)] ?? [];
    const place = placeOf(columns, column);
    line[place] = (line[place] ?? 0) + count;
  }
  const sum = (list: readonly { count: number }[]): number => list.reduce((total, { count }) => total + count, 0);
  return { rows, columns, counts, unknown: sum(all) - sum(known), standout: standout(rows, columns, counts) };
}

/** As rules compare words, `KANDY` and `Kandy` are one; it is called as most people have it. */
function joinSpellings(
  all: { row: string | null; column: string | null; count: number }[],
  side: 'row' | 'column',
): void {
  const sizes = new Map<string, number>();
  for (const one of all) if (one[side]) sizes.set(one[side], (sizes.get(one[side]) ?? 0) + one.count);
  const fullest = [...sizes].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? 1 : -1));
  const names = new Map(fullest.map(([name]) => [foldText(name), name]));
  for (const one of all) if (one[side]) one[side] = names.get(foldText(one[side])) ?? one[side];
}

function nameOf(by: Crossed, value: unknown, now: Date, timeZone: string): string | null {
  if (by === 'value') return typeof value === 'string' ? value : 'none';
  if (by !== 'age') return typeof value === 'string' && value !== '' ? value : null;
  if (!(value instanceof Date)) return null;
  const band = AGE_BANDS.find((one) => {
    const { $gt: after, $lte: until } = birthdaysOf(one, now, timeZone);
    return value <= until && (after === undefined || value > after);
  });
  return band ? ageBandName(band) : null;
}

/** The names that occur: in their own order where they have one, else the fullest first and then the rest. */
function axis(by: Crossed, known: Counted, side: 'row' | 'column', most: number): string[] {
  const sizes = new Map<string, number>();
  for (const one of known) sizes.set(one[side], (sizes.get(one[side]) ?? 0) + one.count);
  const fixed = FIXED[by];
  if (fixed) return fixed.filter((name) => sizes.has(name));
  const names = [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return names.length > most ? [...names.slice(0, most - 1), REST] : names;
}

function placeOf(names: readonly string[], name: string): number {
  const place = names.indexOf(name);
  return place < 0 ? names.indexOf(REST) : place;
}

/** The cell with the greatest standardised Pearson residual, (n - e) / √e with e what evenness would give. */
function standout(
  rows: readonly string[],
  columns: readonly string[],
  counts: readonly (readonly number[])[],
): CrossTable['standout'] {
  const ofRow = counts.map((line) => line.reduce((sum, count) => sum + count, 0));
  const ofColumn = columns.map((_, place) => counts.reduce((sum, line) => sum + (line[place] ?? 0), 0));
  const total = ofRow.reduce((sum, count) => sum + count, 0);
  let best: { residual: number; cell: NonNullable<CrossTable['standout']> } | null = null;
  for (const [line, row] of rows.entries()) {
    for (const [place, column] of columns.entries()) {
      const count = counts[line]?.[place] ?? 0;
      const even = ((ofRow[line] ?? 0) * (ofColumn[place] ?? 0)) / total;
      const residual = (count - even) / Math.sqrt(even);
      if (even < LEAST_EXPECTED || row === REST || column === REST) continue;
      if (residual >= (best?.residual ?? STANDS_OUT))
        best = { residual, cell: { row, column, count, times: count / even } };
    }
  }
  return best?.cell ?? null;
}
