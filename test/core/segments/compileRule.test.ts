import fc from 'fast-check';
import type { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Rule } from '../../../core/index.ts';
import { compileRule } from '../../../core/segments/compileRule.ts';
import { matchRule } from '../../../core/segments/rule/matchRule.ts';
import { openTestDatabase } from '../../database.ts';
import { ALL_PAIRS, anyLeafOf, anyRule } from './rule/anyRule.ts';
import { fillRuleShop, type RuleShop } from './ruleShop.ts';

/** More of them by hand: KADE_RULES=10000. */
const RULES = Number(process.env.KADE_RULES ?? 500);
let db: Database;
let close: () => Promise<void>;
let shop: RuleShop;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shop = await fillRuleShop(db);
});
afterAll(() => close());

async function found(rule: Rule, mostIds?: number): Promise<string[]> {
  const ids: Types.ObjectId[] = [];
  for (const filter of await compileRule(db, shop.shopId, rule, shop.context, mostIds)) {
    expect(strangeKeys(filter)).toEqual([]);
    const customers = db.customers.find(
      { shopId: shop.shopId, ...filter },
      { projection: { _id: 1 }, sort: { _id: 1 } },
    );
    ids.push(...(await customers.toArray()).map(({ _id }) => _id));
  }
  return ids.map((id) => id.toHexString());
}

/** All that begin with a dollar sign: none of them may come from a value. */
const OPERATORS = new Set(
  ['and or nor in nin gt gte lt lte ne eq type exists elemMatch expr multiply add month dayOfMonth'].flatMap((names) =>
    names.split(' ').map((name) => `$${name}`),
  ),
);

function strangeKeys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(strangeKeys);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([key, held]) => [
    ...(key.startsWith('$') && !OPERATORS.has(key) ? [key] : []),
    ...strangeKeys(held),
  ]);
}

function idsIn(filter: object): number {
  // Without the range's two ends.
  return (JSON.stringify(filter).match(/"[0-9a-f]{24}"/g)?.length ?? 0) - 2;
}

function meant(rule: Rule): string[] {
  const people = shop.facts.filter((facts) => matchRule(rule, facts, shop.context));
  return people.map(({ customer }) => customer._id.toHexString()).sort();
}

describe('a compiled rule', () => {
  it('finds whom the plain evaluation finds, for every field with every operator', async () => {
    let some = 0;
    for (const [spec, op] of ALL_PAIRS) {
      for (const leaf of fc.sample(anyLeafOf(spec, op), { numRuns: Math.ceil(RULES / 500), seed: 5 })) {
        const people = meant(leaf);
        if (people.length > 0 && people.length < shop.facts.length) some += 1;
        expect([leaf, await found(leaf)]).toEqual([leaf, people]);
      }
    }
    expect(some).toBeGreaterThan(ALL_PAIRS.length / 4);
  });

  it('finds whom the plain evaluation finds, for any rule', async () => {
    await fc.assert(
      fc.asyncProperty(anyRule, async (rule) => {
        expect(await found(rule)).toEqual(meant(rule));
      }),
      { numRuns: RULES },
    );
  }, 3_600_000);

  it('in several filters that never overlap where one would name too many', async () => {
    await fc.assert(
      fc.asyncProperty(anyRule, fc.integer({ min: 1, max: 20 }), async (rule, mostIds) => {
        // Found in the order of the ids, nobody twice.
        expect(await found(rule, mostIds)).toEqual(meant(rule));
      }),
      { numRuns: RULES / 5 },
    );
    const rule: Rule = {
      and: [
        { field: 'interaction', op: 'had' },
        { field: 'campaign', op: 'not_received' },
      ],
    };
    const filters = [...(await compileRule(db, shop.shopId, rule, shop.context, 10))];
    expect(filters.length).toBeGreaterThan(5);
    for (const filter of filters) expect(idsIn(filter)).toBeLessThanOrEqual(10);
  }, 3_600_000);
});
