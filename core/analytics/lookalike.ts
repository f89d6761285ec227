import type { Points } from '../segments/points.ts';
import { fitLogistic, type Logistic } from './logistic.ts';

/** What customers bought, as columns of equal length. */
export interface Traits {
  /** spent in all, any unit, 0 or more */
  readonly money: ArrayLike<number>;
  /** orders */
  readonly frequency: ArrayLike<number>;
  /** days since the last purchase */
  readonly recency: ArrayLike<number>;
  /** days since the first */
  readonly tenure: ArrayLike<number>;
  /** a column for each family of products: its share of what they spent, 0 to 1 */
  readonly shares: readonly ArrayLike<number>[];
}

/** One thing that makes someone like the seed: they have much of a trait, or little, and so does the seed. */
export interface Reason {
  readonly trait: 'money' | 'frequency' | 'recency' | 'tenure' | 'family';
  /** the place of the family among the shares */
  readonly family?: number;
  /** above everyone's mean (of recency: bought longer ago) */
  readonly high: boolean;
  /** what it adds to the score */
  readonly adds: number;
}

/** Someone like the seed: their place among the customers, and why, the weightiest first. */
export interface Lookalike {
  readonly place: number;
  /** comparable within one search only */
  readonly score: number;
  readonly reasons: readonly Reason[];
}

/** A smaller seed says too little of what its people share. */
export const FEWEST_SEEDS = 15;
const MOST_REASONS = 3;
/** A trait that adds less than this share of all that speaks for someone is no reason to name. */
const TELLING_SHARE = 0.1;
const RIDGE = 1;

/**
 * The `size` of `candidates` most like the seed, best first: L2 logistic regression of the seed against everyone else
 * (Elkan & Noto 2008: where the seed is a chance part of its kind, that ranks people as their true probability does).
 * Who may not be chosen (the seed itself, those opted out) is left out of `candidates`; null: too small a seed, or it
 * is everyone.
 */
export function findLookalikes(
  traits: Traits,
  seed: readonly number[],
  candidates: readonly number[],
  size: number,
): Lookalike[] | null {
  const customers = traits.money.length;
  const positive = new Uint8Array(customers);
  for (const place of seed) positive[place] = 1;
  const seeds = positive.reduce((sum, one) => sum + one, 0);
  if (seeds < FEWEST_SEEDS || seeds === customers) return null;
  const points = standardise(traits);
  const model = fitLogistic(points, positive, RIDGE);
  return candidates
    .map((place) => ({ place, score: scoreOf(model, points, place) }))
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, size)
    .map((found) => ({ ...found, reasons: reasonsFor(model, points, found.place) }));
}

const NAMED = ['money', 'frequency', 'recency', 'tenure'] as const;

/** Money and orders by their logarithm, recency by its rank, shares by their root; then each with mean 0 and variance 1. */
function standardise({ money, frequency, recency, tenure, shares }: Traits): Points {
  const log = (column: ArrayLike<number>) => Float64Array.from(column, (one) => Math.log1p(Math.max(0, one)));
  const roots = shares.map((share) => Float64Array.from(share, (one) => Math.sqrt(Math.max(0, one))));
  const columns = [log(money), log(frequency), ranks(recency), Float64Array.from(tenure), ...roots];
  const values = new Float64Array(columns.length * money.length);
  for (const [at, column] of columns.entries()) {
    const mean = column.reduce((sum, one) => sum + one, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / column.length);
    for (const [place, one] of column.entries()) {
      values[place * columns.length + at] = deviation > 0 ? (one - mean) / deviation : 0;
    }
  }
  return { values, width: columns.length };
}

/** The rank of each value, equal ones sharing the middle of theirs. */
function ranks(column: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(column).sort();
  const middle = new Map<number, number>();
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    middle.set(sorted[from] ?? 0, (from + to - 1) / 2);
  }
  return Float64Array.from(column, (one) => middle.get(one) ?? 0);
}

function scoreOf({ intercept, weights }: Logistic, { values, width }: Points, place: number): number {
  return weights.reduce((sum, weight, at) => sum + weight * (values[place * width + at] ?? 0), intercept);
}

function reasonsFor({ weights }: Logistic, { values, width }: Points, place: number): Reason[] {
  const all = Array.from(weights, (weight, at) => {
    const value = values[place * width + at] ?? 0;
    const trait = NAMED[at];
    const named = trait ? { trait } : { trait: 'family' as const, family: at - NAMED.length };
    return { ...named, high: value > 0, adds: weight * value };
  }).filter(({ adds }) => adds > 0);
  const total = all.reduce((sum, { adds }) => sum + adds, 0);
  return all
    .filter(({ adds }) => adds >= total * TELLING_SHARE)
    .sort((a, b) => b.adds - a.adds)
    .slice(0, MOST_REASONS);
}
