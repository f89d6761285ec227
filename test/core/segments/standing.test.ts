import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addInteraction, type Core, type Database, followChanges, saveSegment } from '../../../core/index.ts';
import { LEAD_POINTS, leadPoints, leadScore, lifecycleStage, type Stander } from '../../../core/segments/standing.ts';
import { openShop } from '../../../core/shops/shops.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const now = new Date('2026-11-21T04:30:00Z');
const ago = (days: number) => new Date(now.getTime() - days * 24 * 3600_000);
const NONE = { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null };
const value = { recencyDays: 1, frequency: 1, money: 1, r: 5, f: 5, m: 5, segment: 'champions' };

describe('how far someone is with the shop', () => {
  it('goes from being on file to coming back as a champion', () => {
    const stander: Stander = { addresses: [{ marketing: 'unknown' }], figures: NONE };
    expect(lifecycleStage(stander)).toBe('awareness');
    expect(lifecycleStage({ ...stander, lastHeardAt: ago(400) })).toBe('consideration');
    expect(lifecycleStage({ ...stander, addresses: [{ marketing: 'granted' }] })).toBe('consideration');
    expect(lifecycleStage({ ...stander, figures: { ...NONE, orderCount: 1 } })).toBe('purchase');
    expect(lifecycleStage({ ...stander, figures: { ...NONE, orderCount: 2 } })).toBe('retention');
    expect(lifecycleStage({ ...stander, figures: { ...NONE, orderCount: 2 }, value })).toBe('advocacy');
  });

  it('is a score whose points add up, and can reach 100 and no more', () => {
    expect(Object.values(LEAD_POINTS).reduce((sum, most) => sum + most, 0)).toBe(100);
    const best: Stander = {
      addresses: [{ marketing: 'granted' }],
      figures: { ...NONE, orderCount: 9, lastOrderAt: ago(1) },
      value,
      lastHeardAt: now,
    };
    expect(leadScore(best, now)).toBe(100);
    expect(leadPoints({ addresses: [], figures: { ...NONE, orderCount: 2, lastOrderAt: ago(60) } }, now)).toEqual([
      ['bought', 15],
      ['orders', 10],
    ]);
    expect(leadScore({ addresses: [], figures: NONE }, now)).toBe(0);
    fc.assert(
      fc.property(fc.nat(50), fc.nat(2000), fc.nat(2000), fc.nat(5), (orderCount, bought, heard, m) => {
        const figures = { ...NONE, orderCount, lastOrderAt: orderCount > 0 ? ago(bought) : null };
        const stander = { addresses: best.addresses, figures, value: { ...value, m }, lastHeardAt: ago(heard) };
        for (const [reason, points] of leadPoints(stander, now)) {
          expect(points).toBeGreaterThan(0);
          expect(points).toBeLessThanOrEqual(LEAD_POINTS[reason]);
        }
      }),
    );
  });
});

describe('a contact', () => {
  let db: Database;
  let close: () => Promise<void>;
  let core: Core;
  beforeAll(async () => {
    ({ db, close } = await openTestDatabase());
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    core = { db, clock: { now: () => now }, log } as unknown as Core;
  });
  afterAll(() => close());

  it('is noted, changes stage and score at once, and the segments that ask for them', async () => {
    const shop = await openShop(db, core.clock);
    const customer = makeCustomer(shop._id, { name: 'Nimal' });
    await db.customers.insertOne(customer);
    const rule = { and: [{ field: 'lifecycle_stage', op: 'eq', value: 'consideration' }] };
    const input = { kind: 'saved' as const, name: 'Warm', rule, createdBy: 'web:owner' as const };
    const segment = await saveSegment(core, shop, input);
    expect(segment.size).toBe(0);
    const entry = { shopId: shop._id, customerId: customer._id, type: 'call' as const, text: 'asked for prices' };
    await addInteraction(core, { ...entry, at: ago(3) });
    await addInteraction(core, { ...entry, at: ago(200) });
    await followChanges(core, shop._id, [], []);
    const after = await db.customers.findOne({ _id: customer._id });
    expect(after).toMatchObject({ lastContactAt: ago(3), lastHeardAt: ago(3), lifecycleStage: 'consideration' });
    expect(after?.leadScore).toBe(25);
    expect((await db.segments.findOne({ _id: new Types.ObjectId(segment._id) }))?.size).toBe(1);
  });
});
