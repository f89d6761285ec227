import type { Customer, LifecycleStage } from '../customers/customer.model.ts';

/** What is looked at to tell how far someone is with the shop. */
export type Stander = Pick<Customer, 'figures' | 'value' | 'lastHeardAt'> & {
  addresses: readonly Pick<Customer['addresses'][number], 'marketing'>[];
};

/** What brings points, the most that each can bring; 100 together. */
export const LEAD_POINTS = {
  /** an address is known */
  address: 10,
  /** they agreed to offers on one */
  consent: 15,
  /** heard from in the last 7 days; 30 days: 20, 90 days: 10 */
  heard: 25,
  /** bought in the last 30 days; 90 days: 15, a year: 5 */
  bought: 25,
  /** three orders or more; two: 10, one: 5 */
  orders: 15,
  /** two for each point of the money score */
  money: 10,
} as const;
export type LeadReason = keyof typeof LEAD_POINTS;

const DAY_MS = 24 * 3600_000;

/** The points of a customer as of now, by what brings them; what brings none is left out. */
export function leadPoints({ addresses, figures, value, lastHeardAt }: Stander, now: Date): [LeadReason, number][] {
  const within = (at: Date | null | undefined, steps: readonly (readonly [days: number, points: number])[]): number => {
    const days = at ? (now.getTime() - at.getTime()) / DAY_MS : Number.POSITIVE_INFINITY;
    return steps.find(([most]) => days <= most)?.[1] ?? 0;
  };
  const points: Record<LeadReason, number> = {
    address: addresses.length > 0 ? LEAD_POINTS.address : 0,
    consent: addresses.some(({ marketing }) => marketing === 'granted') ? LEAD_POINTS.consent : 0,
    heard: within(lastHeardAt, [
      [7, LEAD_POINTS.heard],
      [30, 20],
      [90, 10],
    ]),
    bought: within(figures.lastOrderAt, [
      [30, LEAD_POINTS.bought],
      [90, 15],
      [365, 5],
    ]),
    orders: Math.min(figures.orderCount * 5, LEAD_POINTS.orders),
    money: (value?.m ?? 0) * 2,
  };
  const reasons = Object.keys(LEAD_POINTS) as LeadReason[];
  return reasons.flatMap((reason): [LeadReason, number][] => (points[reason] > 0 ? [[reason, points[reason]]] : []));
}

/** How likely someone is to buy next, 0 to 100: the sum of their points. */
export function leadScore(stander: Stander, now: Date): number {
  return leadPoints(stander, now).reduce((sum, [, points]) => sum + points, 0);
}

/**
 * How far someone is with the shop: advocacy, a champion by value; retention, two orders or more; purchase, one;
 * consideration, none but heard from or agreed to offers; awareness, on file.
 */
export function lifecycleStage({ figures, value, addresses, lastHeardAt }: Stander): LifecycleStage {
  if (figures.orderCount > 0 && value?.segment === 'champions') return 'advocacy';
  if (figures.orderCount > 0) return figures.orderCount > 1 ? 'retention' : 'purchase';
  const isInterested = lastHeardAt || addresses.some(({ marketing }) => marketing === 'granted');
  return isInterested ? 'consideration' : 'awareness';
}
