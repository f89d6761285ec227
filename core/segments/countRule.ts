import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Filter } from './compile/filters.ts';
import { type Asked, compileRule } from './compileRule.ts';
import { NO_CUSTOM } from './fields.ts';
import type { Rule } from './rule.ts';

/** The part of a shop that a rule is asked in. */
export type RuleShop = Pick<Shop, '_id' | 'timeZone' | 'customFields'>;

/** When and where a rule of the shop is asked. */
export function askedOf({ timeZone, customFields = NO_CUSTOM }: Omit<RuleShop, '_id'>, now: Date): Asked {
  return { now, timeZone, custom: customFields };
}

/** How many customers a rule means as of now. */
export async function countRule(core: Pick<Core, 'db' | 'clock'>, shop: RuleShop, rule: Rule): Promise<number> {
  let count = 0;
  for (const filter of await findMeant(core, shop, rule)) count += await core.db.customers.countDocuments(filter);
  return count;
}

/** Filters, each with the shop in it, that together find whom a rule means as of now, nobody twice. */
export async function findMeant(
  { db, clock }: Pick<Core, 'db' | 'clock'>,
  shop: RuleShop,
  rule: Rule,
): Promise<Iterable<Filter>> {
  const { _id: shopId } = shop;
  const filters = await compileRule(db, shopId, rule, askedOf(shop, clock.now()));
  return {
    *[Symbol.iterator]() {
      for (const filter of filters) yield { shopId, ...filter };
    },
  };
}
