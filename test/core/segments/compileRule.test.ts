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
  ['and or nor in nin gt gte lt lte ne eq type exists elemMatch expr multiply'].flatMap((names) =>
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

describe.skipIf(process.env.MONGODB_URI)('the index that the embedded database answers a condition by', () => {
  const period = { last: 'P90D' };
  it.each<[string, Rule]>([
    ['shopId_1_city_1', { field: 'city', op: 'eq', value: 'Kandy' }],
    ['shopId_1_tags_1', { field: 'tag', op: 'in', value: ['vip', 'tea'] }],
    ['shopId_1_gender_1_birthday_1', { field: 'gender', op: 'eq', value: 'female' }],
    ['shopId_1_birthday_1', { field: 'age', op: 'between', value: [25, 34] }],
    ['shopId_1_birthday_1', { field: 'demographic', op: 'eq', value: 'age:25-34' }],
    ['shopId_1_birthday_1', { field: 'birthday', op: 'in', value: { calendar: 'week', offset: 0 } }],
    ['shopId_1_figures.totalSpent_-1', { field: 'total_spent', op: 'gt', value: 50_000 }],
    ['shopId_1_figures.lastOrderAt_1', { field: 'recency_days', op: 'gte', value: 90 }],
    ['shopId_1_figures.lastOrderAt_1', { field: 'last_purchase_at', op: 'before', value: { ago: 'P90D' } }],
    ['shopId_1_figures.firstOrderAt_1', { field: 'first_purchase_at', op: 'in', value: period }],
    ['shopId_1_createdAt_1', { field: 'created_at', op: 'in', value: period }],
    ['shopId_1_value.segment_1_figures.totalSpent_-1', { field: 'rfm_segment', op: 'eq', value: 'champions' }],
    ['shopId_1_preference_1_figures.totalSpent_-1', { field: 'preference', op: 'eq', value: 'tea' }],
    ['_id_', { field: 'category', op: 'bought', value: 'tea', within: { last: 'P2Y' } }],
    ['shopId_1_memberships.segmentId_1_figures.totalSpent_-1', { field: 'segment', op: 'eq', value: 'vip' }],
  ])('is %s', async (index, rule) => {
    const [filter = {}] = await compileRule(db, shop.shopId, rule, shop.context);
    const plan = await db.customers.find({ shopId: shop.shopId, ...filter }).explain('queryPlanner');
    expect(JSON.stringify(plan)).toContain(`"indexName":"${index}"`);
  });
});

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
  }, 3_600_000);

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
