import type { ValueScore } from '../customers/customer.model.ts';
import { fifthsFrom, type ScoreEdges } from './scoreEdges.ts';

/** The value segments, best first. `none` (no purchase yet) stands beside them: it has no score. */
export const VALUE_SEGMENTS = [
  'champions',
  'loyal',
  'potential_loyalists',
  'new_customers',
  'promising',
  'need_attention',
  'about_to_sleep',
  'at_risk',
  'cant_lose',
  'hibernating',
  'lost',
] as const;
export type ValueSegmentName = (typeof VALUE_SEGMENTS)[number];

/** What is known of someone who has bought: local wall-clock milliseconds, orders, minor units. */
export interface Buyer {
  readonly lastOrderAt: number;
  readonly orderCount: number;
  readonly totalSpent: number;
}

/** One cell of the 5 × 5 grid and its people. */
export interface GridCount {
  recency: number;
  frequency: number;
  size: number;
}

const DAY_MS = 24 * 3600_000;

/** Rows: recency 1 to 5; columns: frequency and money together, 1 to 5 (docs/segments.md). */
const GRID: readonly (readonly ValueSegmentName[])[] = [
  ['lost', 'lost', 'at_risk', 'at_risk', 'cant_lose'],
  ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cant_lose'],
  ['about_to_sleep', 'about_to_sleep', 'need_attention', 'loyal', 'loyal'],
  ['promising', 'potential_loyalists', 'potential_loyalists', 'loyal', 'loyal'],
  ['new_customers', 'potential_loyalists', 'potential_loyalists', 'champions', 'champions'],
];

/** The grid's column: the mean of frequency and money score, halves up. */
export function gridColumn(f: number, m: number): number {
  return Math.floor((f + m + 1) / 2);
}

/** The named segment of a recency score and a grid column, each 1 to 5. */
export function valueSegment(r: number, column: number): ValueSegmentName {
  const name = GRID[r - 1]?.[column - 1];
  if (!name) throw new RangeError(`No cell ${r}, ${column}`);
  return name;
}

/**
 * Recency, frequency, money and their scores for all who have bought: fifths, or by the shop's `own` edges. The order
 * given breaks ties, so give them by customer id. Recency is whole days to the midnight after the last purchase of all.
 */
export function scoreBuyers(buyers: readonly Buyer[], own: Partial<ScoreEdges> = {}): ValueScore[] {
  const last = buyers.reduce((latest, buyer) => Math.max(latest, buyer.lastOrderAt), Number.NEGATIVE_INFINITY);
  const snapshot = (Math.floor(last / DAY_MS) + 1) * DAY_MS;
  const recency = buyers.map((buyer) => Math.floor((snapshot - buyer.lastOrderAt) / DAY_MS));
  const byRecency = own.recency
    ? fifthsFrom(
        recency,
        own.recency.map((days) => days + 1),
      )
    : quintiles(recency);
  const [orders, spent] = [buyers.map((buyer) => buyer.orderCount), buyers.map((buyer) => buyer.totalSpent)];
  const byFrequency = own.frequency ? fifthsFrom(orders, own.frequency) : quintiles(orders);
  const byMoney = own.money ? fifthsFrom(spent, own.money) : quintiles(spent);
  return buyers.map((buyer, index) => {
    const r = 6 - (byRecency[index] ?? 3);
    const f = byFrequency[index] ?? 3;
    const m = byMoney[index] ?? 3;
    const segment = valueSegment(r, gridColumn(f, m));
    const { orderCount: frequency, totalSpent: money } = buyer;
    return { recencyDays: recency[index] ?? 0, frequency, money, r, f, m, segment };
  });
}

/**
 * Fifths by rank, 1 (lowest) to 5, ties in the order given; as pandas' qcut(rank(method='first'), 5), whose cuts lie at
 * linearly interpolated ranks. A value alone is in the middle.
 */
export function quintiles(values: readonly number[]): Uint8Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  const fifths = new Uint8Array(values.length).fill(3);
  const steps = values.length - 1;
  if (steps < 1) return fifths;
  for (const [rank, index] of order.entries()) fifths[index] = Math.max(1, Math.ceil((5 * rank) / steps));
  return fifths;
}
