import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import type { Filter } from './compile/filters.ts';

/** Sums over people; money in minor units. */
export interface PeopleFigures {
  readonly customers: number;
  /** those who have bought */
  readonly buyers: number;
  readonly revenue: number;
  readonly orders: number;
  /** Σ of the buyers' days since their last purchase, with fractions */
  readonly recencyDays: number;
}

const DAY_MS = 24 * 3600_000;
const NAMES = 5;

/** What a `$group` over customers adds up of them: who has bought, Σ totalSpent (minor units), Σ orderCount. */
export const PEOPLE_SUMS = {
  buyers: { $sum: { $cond: [{ $gt: ['$figures.orderCount', 0] }, 1, 0] } },
  revenue: { $sum: '$figures.totalSpent' },
  orders: { $sum: '$figures.orderCount' },
};

/** What a `$group` needs for the whole figures, as of `now`. */
export function sumsAt(now: Date) {
  const days = { $divide: [{ $subtract: [now, '$figures.lastOrderAt'] }, DAY_MS] };
  return { customers: { $sum: 1 }, ...PEOPLE_SUMS, recencyDays: { $sum: { $ifNull: [days, 0] } } };
}

/** The figures of whom a filter finds. */
export async function sumPeople(db: Database, filter: Filter, now: Date): Promise<PeopleFigures> {
  const sums = db.customers.aggregate<PeopleFigures>([
    { $match: filter },
    { $group: { _id: null, ...sumsAt(now) } },
    { $project: { _id: 0 } },
  ]);
  return addUp(await sums.toArray());
}

/** Figures of people of whom nobody is in two. */
export function addUp(parts: readonly PeopleFigures[]): PeopleFigures {
  const sum = (field: keyof PeopleFigures) => parts.reduce((total, part) => total + part[field], 0);
  return {
    customers: sum('customers'),
    buyers: sum('buyers'),
    revenue: sum('revenue'),
    orders: sum('orders'),
    recencyDays: sum('recencyDays'),
  };
}

/** What is read of the biggest spenders. */
export type BestPerson = Pick<Customer, 'name' | 'externalId' | 'addresses' | 'figures'>;

/** The five of a filter who spent most. */
export function bestPeople(db: Database, filter: Filter): Promise<BestPerson[]> {
  return db.customers
    .find<BestPerson>(filter, { projection: { name: 1, externalId: 1, addresses: 1, figures: 1 } })
    .sort({ 'figures.totalSpent': -1 })
    .limit(NAMES)
    .toArray();
}

/** The five of several such. */
export function bestOf(people: readonly BestPerson[]): BestPerson[] {
  return people.toSorted((a, b) => b.figures.totalSpent - a.figures.totalSpent).slice(0, NAMES);
}

/** What people are called: by name, the file's id or an address. */
export function namesOf(people: readonly BestPerson[]): string[] {
  return people.map(({ name, externalId, addresses }) => name ?? externalId ?? addresses[0]?.value ?? '–');
}
