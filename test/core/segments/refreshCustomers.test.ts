import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Rule, Segment } from '../../../core/index.ts';
import { membersOf } from '../../../core/segments/membership.ts';
import { refreshCustomers } from '../../../core/segments/refreshCustomers.ts';
import { refreshKept } from '../../../core/segments/refreshKept.ts';
import { openTestDatabase } from '../../database.ts';
import { anyRule } from './rule/anyRule.ts';
import { fillRuleShop, type RuleShop } from './ruleShop.ts';

const SEGMENTS = 60;
let db: Database;
let close: () => Promise<void>;
let shop: RuleShop;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shop = await fillRuleShop(db);
});
afterAll(() => close());

function segmentOf(rule: Rule, n: number): Segment {
  const _id = new Types.ObjectId();
  const name = `Segment ${n}`;
  const empty = { size: 0, revenue: 0, orders: 0, buyers: 0, recencyDays: 0, topProducts: [], cells: [], words: [] };
  const made = { position: 0, weak: false, refreshedAt: shop.context.now, ...empty };
  return {
    _id,
    shopId: shop.shopId,
    kind: 'saved',
    key: `saved:${n}`,
    label: name,
    nameKey: name.toLowerCase(),
    rule,
    ...made,
  };
}

describe('customers looked at one by one', () => {
  it('are in the same segments as a whole refresh puts them in', async () => {
    const { shopId, context } = shop;
    const own = fc.sample(anyRule, { numRuns: SEGMENTS, seed: 5 });
    // Some ask who is in another one.
    const asking = own
      .slice(0, 10)
      .map((rule, n): Rule => ({ and: [rule, { field: 'segment', op: 'neq', value: `SEGMENT ${n + 20}` }] }));
    const segments = [...asking, ...own.slice(10)].map(segmentOf);
    await db.segments.insertMany(segments);
    const asked = { _id: shopId, timeZone: context.timeZone, customFields: context.custom };
    const people = await db.customers.find({ shopId }, { projection: { _id: 1 } }).toArray();
    for (let from = 0; from < people.length; from += 7) {
      const ids = people.slice(from, from + 7).map(({ _id }) => _id);
      await refreshCustomers(db, asked, context.now, segments, ids);
    }
    const sizes = await Promise.all(
      segments.map(({ _id }) => db.customers.countDocuments({ shopId, ...membersOf(_id) })),
    );
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(SEGMENTS / 3);
    const events = await db.segmentEvents.countDocuments({ shopId });
    const figures = () =>
      db.segments
        .find(
          { _id: { $in: segments.map(({ _id }) => _id) } },
          { projection: { size: 1, revenue: 1, orders: 1, buyers: 1, recencyDays: 1 }, sort: { _id: 1 } },
        )
        .toArray();
    const added = await figures();
    await refreshKept(db, asked, context.now, segments);
    expect(await db.segmentEvents.countDocuments({ shopId })).toBe(events);
    expect(await figures()).toEqual(added);
    const rows = await db.segments.find({ _id: { $in: segments.map(({ _id }) => _id) } }).toArray();
    expect(rows.map(({ size }) => size)).toEqual(sizes);
  });
});
