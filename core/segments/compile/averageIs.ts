import type { NumberLeaf } from '../rule.ts';
import type { Filter } from './filters.ts';

/** Where `sum` by `count` (paths with their `$`) is as asked, reckoned without dividing; nowhere where the count is 0. */
export function averageIs(sum: string, count: string, { op, value }: Pick<NumberLeaf, 'op' | 'value'>): Filter {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  const compare = (name: string, limit: number) => ({ [name]: [sum, { $multiply: [count, limit] }] });
  const asked = {
    eq: [compare('$eq', low)],
    neq: [compare('$ne', low)],
    gt: [compare('$gt', low)],
    gte: [compare('$gte', low)],
    lt: [compare('$lt', low)],
    lte: [compare('$lte', low)],
    between: [compare('$gte', low), compare('$lte', high)],
  }[op];
  return { $expr: { $and: [{ $gt: [count, 0] }, ...asked] } };
}
