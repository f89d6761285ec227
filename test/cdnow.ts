import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type History, historyOf } from '../core/analytics/bgNbd.ts';

const shared = process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../shared');
const path = resolve(shared, 'data/cdnow_sample.txt');

/** Why the tests on CDNOW are skipped; null: the file is there. */
export const cdnowMissing = existsSync(path) ? null : `no ${path}; set KADE_SHARED`;

/** A customer of the CDNOW sample: 39 weeks to learn from, 39 to check. */
export interface CdnowCustomer {
  readonly history: History;
  /** of the repeat purchases; 0 without */
  readonly meanSpend: number;
  /** days with a purchase in weeks 40 to 78 */
  readonly later: number;
  /** what the first 39 weeks rest on: a day since 1970 and dollars, one a day */
  readonly bought: readonly (readonly [day: number, dollars: number])[];
}

const END = dayOf('19970930');

/** The 2,357 customers in the file's order, in weeks; orders of a day are one. */
export function readCdnow(): CdnowCustomer[] {
  const spent = new Map<string, Map<number, number>>();
  for (const line of readFileSync(path, 'utf8').trim().split(/\r?\n/)) {
    const [, id = '', date = '', , amount] = line.trim().split(/\s+/);
    const days = spent.get(id) ?? new Map<number, number>();
    spent.set(id, days.set(dayOf(date), (days.get(dayOf(date)) ?? 0) + Number(amount)));
  }
  return [...spent.values()].map((byDay) => {
    const days = [...byDay.keys()].filter((day) => day <= END);
    const repeats = days.toSorted((a, b) => a - b).slice(1);
    const amount = repeats.reduce((sum, day) => sum + (byDay.get(day) ?? 0), 0);
    return {
      history: historyOf(
        days.map((day) => day / 7),
        END / 7,
      ),
      meanSpend: amount / Math.max(1, repeats.length),
      later: byDay.size - days.length,
      bought: days.map((day) => [day, byDay.get(day) ?? 0] as const),
    };
  });
}

function dayOf(date: string): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / (24 * 3600_000);
}
