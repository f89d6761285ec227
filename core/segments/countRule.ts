import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Filter } from './compile/filters.ts';
import { compileRule } from './compileRule.ts';
import { type CustomTypes, NO_CUSTOM } from './fields.ts';
import type { Rule } from './rule.ts';

/** The part of a shop that a rule is asked in. */
export type RuleShop = Pick<Shop, '_id' | 'timeZone'>;

/** How many customers a rule means as of now. */
export async function countRule(
  core: Pick<Core, 'db' | 'clock'>,
  shop: RuleShop,
  rule: Rule,
  custom: CustomTypes = NO_CUSTOM,
): Promise<number> {
  let count = 0;
  for (const filter of await findMeant(core, shop, rule, custom))
    count += await core.db.customers.countDocuments(filter);
  return count;
}

/** Filters, each with the shop in it, that together find whom a rule means as of now, nobody twice. */
export async function findMeant(
  { db, clock }: Pick<Core, 'db' | 'clock'>,
  { _id: shopId, timeZone }: RuleShop,
  rule: Rule,
  custom: CustomTypes,
): Promise<Iterable<Filter>> {
  const filters = await compileRule(db, shopId, rule, { now: clock.now(), timeZone, custom });
  return {
    *[Symbol.iterator]() {
      for (const filter of filters) yield { shopId, ...filter };
    },
  };
}

/** How far two rules mean the same people. */
export interface RuleOverlap {
  readonly first: number;
  readonly second: number;
  readonly both: number;
  readonly either: number;
}

/** Counts the people of two rules, of both and of either. */
export async function compareRules(
  core: Pick<Core, 'db' | 'clock'>,
  shop: RuleShop,
  [one, other]: readonly [Rule, Rule],
  custom: CustomTypes = NO_CUSTOM,
): Promise<RuleOverlap> {
  const count = (rule: Rule) => countRule(core, shop, rule, custom);
  const [first, second, both] = await Promise.all([count(one), count(other), count({ and: [one, other] })]);
  return { first, second, both, either: first + second - both };
}
