import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Customer, Database } from '../../../core/index.ts';
import { refreshSegments, segmentMembers } from '../../../core/index.ts';
import { getShop, openShop } from '../../../core/shops/shops.ts';
import { openTestDatabase } from '../../database.ts';

const clock = { now: () => new Date('2026-11-21T04:30:00Z') };
const KINDS = ['Tea', 'Saree', 'Soap'];
let db: Database;
let close: () => Promise<void>;
let shopId: Types.ObjectId;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shopId = (await openShop(db, clock))._id;
  await fill();
});
afterAll(() => close());

/** 60 buyers, each of one kind of thing, and three who never bought; customer 0 the best and latest. */
async function fill(): Promise<void> {
  const customers = Array.from({ length: 63 }, (_, index) => customerOf(index));
  await db.customers.insertMany(customers);
  const orders = customers.slice(0, 60).flatMap((customer, index) =>
    [0, 1, 2].map((turn) => {
      const amount = customer.figures.totalSpent / 3;
      const lines = [{ sku: `${index % 3}${turn}`, quantity: 1, unitPrice: amount, amount }];
      const at = customer.figures.lastOrderAt as Date;
      const sums = { amount, purchased: amount, returned: 0 };
      return {
        _id: new Types.ObjectId(),
        shopId,
        number: `${index}/${turn}`,
        customerId: customer._id,
        at,
        lines,
        ...sums,
      };
    }),
  );
  await db.orders.insertMany(orders);
  const at = clock.now();
  await db.products.insertMany(
    KINDS.flatMap((kind, index) =>
      ['Red', 'Blue', 'Old'].map((look, turn) => ({
        _id: new Types.ObjectId(),
        shopId,
        sku: `${index}${turn}`,
        name: `${look} ${kind}`,
        createdAt: at,
        updatedAt: at,
      })),
    ),
  );
}

function customerOf(index: number): Customer {
  const bought = index < 60;
  const at = bought ? new Date(Date.UTC(2026, 9, 60 - index)) : null;
  return {
    _id: new Types.ObjectId(),
    shopId,
    externalId: String(1000 + index),
    name: `Customer ${index}`,
    searchWords: [],
    addresses: [],
    tags: [],
    city: index % 2 ? 'Kandy' : 'Galle',
    ...(index % 3 ? { gender: 'female' as const } : {}),
    language: index % 4 ? 'si' : 'ta',
    birthday: new Date(Date.UTC(1990 + (index % 10), 0, 1)),
    figures: {
      orderCount: bought ? 61 - index : 0,
      totalSpent: bought ? (61 - index) * 3_000 : 0,
      totalReturned: 0,
      firstOrderAt: at,
      lastOrderAt: at,
    },
    createdAt: clock.now(),
    updatedAt: clock.now(),
  };
}

async function countOf(key: string): Promise<number> {
  const members = await segmentMembers(db, await getShop(db, shopId), key, clock.now());
  return db.customers.countDocuments({ shopId, ...members });
}

const rows = () => db.segments.find({ shopId }).sort({ key: 1 }).toArray();

describe('a refresh', () => {
  it('scores all who bought, names what they like, and counts every segment as its filter does', async () => {
    await refreshSegments({ db, clock, stopping: new AbortController().signal }, shopId);
    const best = await db.customers.findOne({ shopId, externalId: '1000' });
    expect(best?.value).toMatchObject({ r: 5, f: 5, m: 5, segment: 'champions', frequency: 61, money: 183_000 });
    expect(best?.preference).toBe('preference:tea');
    const never = await db.customers.findOne({ shopId, externalId: '1062' });
    expect([never?.value, never?.preference]).toEqual([undefined, undefined]);

    const segments = await rows();
    expect(segments.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['all', 'value:none', 'preference:tea', 'preference:saree', 'preference:soap']),
    );
    expect(segments.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['demographic:city:Kandy', 'demographic:gender:female', 'demographic:age:25-34']),
    );
    expect(segments.map(({ key }) => key)).toEqual(expect.arrayContaining(['demographic:language:si']));
    const all = segments.find(({ kind }) => kind === 'all');
    const fifths = [12.8, 24.6, 36.4, 48.2].map((orders) => orders + 1);
    expect(all?.edges?.frequency.map((edge) => edge.toFixed(1))).toEqual(fifths.map((edge) => edge.toFixed(1)));
    expect(all?.edges?.money.map(Math.round)).toEqual(fifths.map((orders) => Math.round(orders * 3_000)));
    for (const { key, size } of segments) {
      expect([key, await countOf(key)]).toEqual([key, size]);
    }
    const value = segments.filter(({ kind }) => kind === 'value');
    expect(value).toHaveLength(12);
    expect(value.reduce((sum, { size }) => sum + size, 0)).toBe(63);
    expect(value.flatMap(({ cells }) => cells)).toHaveLength(25);
    const saree = segments.find(({ key }) => key === 'preference:saree');
    const sareeFamily = saree?.families?.find(({ name }) => name === 'saree');
    expect([sareeFamily?.share, sareeFamily?.average]).toEqual([1, expect.closeTo(1 / 3)]);
    expect(saree?.topProducts.map(({ name }) => name).sort()).toEqual(['Blue Saree', 'Old Saree', 'Red Saree']);
  });

  it('changes nothing when nothing has changed', async () => {
    const customers = () => db.customers.find({ shopId }).sort({ _id: 1 }).toArray();
    const before = [await rows(), await customers()];
    await refreshSegments({ db, clock, stopping: new AbortController().signal }, shopId);
    expect([await rows(), await customers()]).toEqual(before);
  });

  it('takes back the scores and segments of what is no more', async () => {
    const none = { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null };
    await db.customers.updateMany({ shopId }, { $set: { figures: none }, $unset: { gender: 1 } });
    await db.orders.deleteMany({ shopId });
    await refreshSegments({ db, clock, stopping: new AbortController().signal }, shopId);
    expect(await db.customers.countDocuments({ shopId, 'value.segment': { $exists: true } })).toBe(0);
    const segments = await rows();
    expect(segments.find(({ key }) => key === 'value:none')?.size).toBe(63);
    expect(segments.some(({ kind, key }) => kind === 'preference' || key.startsWith('demographic:gender'))).toBe(false);
  });

  it('of a shop without customers leaves empty segments', async () => {
    await db.customers.deleteMany({ shopId });
    await refreshSegments({ db, clock, stopping: new AbortController().signal }, shopId);
    expect((await rows()).every(({ size }) => size === 0)).toBe(true);
  });
});
