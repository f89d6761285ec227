import type { mongo } from 'mongoose';
import type { Customer } from '../../customers/customer.model.ts';
import type { Interval } from '../rule/resolvePeriod.ts';
import type { Measure, NumberLeaf } from '../rule.ts';

export type Filter = mongo.Filter<Customer>;

export const EVERYONE: Filter = {};
export const NOBODY: Filter = { _id: { $in: [] } };

const isEveryone = (filter: Filter): boolean => Object.keys(filter).length === 0;

/** All of these; nothing is left in it that says nothing. */
export function allOf(filters: readonly Filter[]): Filter {
  if (filters.includes(NOBODY)) return NOBODY;
  const [first = EVERYONE, ...others] = filters.filter((filter) => !isEveryone(filter));
  return others.length === 0 ? first : { $and: [first, ...others] };
}

export function anyOf(filters: readonly Filter[]): Filter {
  if (filters.some(isEveryone)) return EVERYONE;
  const [first = NOBODY, ...others] = filters.filter((filter) => filter !== NOBODY);
  return others.length === 0 ? first : { $or: [first, ...others] };
}

export function noneOf(filter: Filter): Filter {
  if (isEveryone(filter)) return NOBODY;
  return filter === NOBODY ? EVERYONE : { $nor: [filter] };
}

/** Where a number at `path` is as asked; nowhere where there is none. */
export function compareNumber(path: string, { op, value }: Measure | Pick<NumberLeaf, 'op' | 'value'>): Filter {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  switch (op) {
    case 'eq':
    case 'between':
      return { [path]: { $gte: low, $lte: high } };
    case 'neq':
      return { $or: [{ [path]: { $lt: low } }, { [path]: { $gt: low } }] };
    default:
      return { [path]: { [`$${op}`]: low } };
  }
}

/** Where a date at `path` lies in the interval; everywhere where that is open at both ends. */
export function between<T extends mongo.Document>(path: string, { from, to }: Interval): mongo.Filter<T> {
  if (!from && !to) return {};
  return { [path]: { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) } } as mongo.Filter<T>;
}

/** Where the date at `path` lies outside the interval. */
export function outside(path: string, { from, to }: Interval): Filter {
  const before = from ? [{ [path]: { $lt: from } }] : [];
  return anyOf([...before, ...(to ? [{ [path]: { $gte: to } }] : [])]);
}
