import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateFigures } from '../../../core/customers/updateFigures.ts';
import { type Database, findMovements, type Shop } from '../../../core/index.ts';
import { seeded } from '../../../core/seeded.ts';
import { scoreBuyers } from '../../../core/segments/rfm.ts';
import { openShop } from '../../../core/shops/shops.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const clock = { now: () => new Date('2026-11-21T04:30:00Z') };
const COLOMBO_MS = 5.5 * 3600_000;
let db: Database;
let close: () => Promise<void>;
let shop: Shop;
/** who bought when (UTC) for how much, by customer */
const bought: { at: number; amount: number }[][] = [];

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shop = await openShop(db, clock);
  const random = seeded(11);
  const customers = Array.from({ length: 80 }, (_, index) =>
    makeCustomer(shop._id, { externalId: String(100 + index) }),
  );
  const latest = clock.now().getTime();
  for (const [index, customer] of customers.entries()) {
    const times = index < 5 ? 0 : 1 + Math.floor(random() * 6);
    const from = index % 3 ? 0 : 200;
    bought.push(
      Array.from({ length: times }, () => ({
        at: latest - Math.floor((from + random() ** 2 * 300) * 24 * 3600_000),
        amount: 100 + Math.floor(random() * 90_000),
      })),
    );
    const orders = (bought[index] ?? []).map(({ at, amount }, number) => ({
      _id: new Types.ObjectId(),
      shopId: shop._id,
      number: `${index}/${number}`,
      customerId: customer._id,
      at: new Date(at),
      lines: [{ sku: 'A', quantity: 1, unitPrice: amount, amount }],
      amount,
      purchased: amount,
      returned: 0,
    }));
    if (orders.length > 0) await db.orders.insertMany(orders);
  }
  await db.customers.insertMany(customers);
  await updateFigures(db, shop._id, 'all');
});
afterAll(() => close());

/** The same by reading every purchase: each customer's segment at a moment. */
function segmentsAt(moment: Date): string[] {
  const own = bought.map((all) => all.filter(({ at }) => at < moment.getTime()));
  const buyers = own.filter((all) => all.length > 0);
  const scores = scoreBuyers(
    buyers.map((all) => ({
      lastOrderAt: Math.max(...all.map(({ at }) => at)) + COLOMBO_MS,
      orderCount: all.length,
      totalSpent: all.reduce((sum, { amount }) => sum + amount, 0),
    })),
  );
  return own.map((all) => (all.length > 0 ? (scores[buyers.indexOf(all)]?.segment ?? '') : 'none'));
}

function expected(from: Date, to: Date): Record<string, number> {
  const [before, after] = [segmentsAt(from), segmentsAt(to)];
  const counts: Record<string, number> = {};
  for (const [place, start] of before.entries()) {
    const key = `${start} ${after[place]}`;
    if (key !== 'none none') counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const found = (movements: Awaited<ReturnType<typeof findMovements>>) =>
  Object.fromEntries(movements.movements.map(({ from, to, customers }) => [`${from} ${to}`, customers]));

describe('movements between value segments', () => {
  it('are those of the present month, from its first midnight in the shop to now', async () => {
    const movements = await findMovements({ db, clock }, shop);
    expect([movements.from, movements.to]).toEqual([new Date('2026-10-31T18:30:00Z'), clock.now()]);
    expect(found(movements)).toEqual(expected(movements.from, movements.to));
    expect(movements.movements.some(({ from, to }) => from !== to && from !== 'none')).toBe(true);
    expect(movements.movements.reduce((sum, { customers }) => sum + customers, 0)).toBe(75);
  });

  it('of a month long ago are as they were then', async () => {
    const movements = await findMovements({ db, clock }, shop, { year: 2026, month: 8 });
    expect([movements.from, movements.to]).toEqual([
      new Date('2026-07-31T18:30:00Z'),
      new Date('2026-08-31T18:30:00Z'),
    ]);
    expect(found(movements)).toEqual(expected(movements.from, movements.to));
  });

  it('are none before the first purchase, and follow the shop’s own edges', async () => {
    const { movements, earlier } = await findMovements({ db, clock }, shop, { year: 2020, month: 1 });
    expect([movements, earlier]).toEqual([[], false]);
    await db.shops.updateOne({ _id: shop._id }, { $set: { scoreEdges: { recency: [1000, 1001, 1002, 1003] } } });
    const names = (await findMovements({ db, clock }, shop)).movements.map(({ to }) => to);
    expect(new Set(names)).not.toContain('lost');
    expect(names).toContain('champions');
    await db.shops.updateOne({ _id: shop._id }, { $unset: { scoreEdges: 1 } });
  });

  it('where nothing was bought this month are of the month of the latest purchase', async () => {
    const later = { now: () => new Date('2027-03-05T00:00:00Z') };
    const { from, to } = await findMovements({ db, clock: later }, shop);
    expect([from, to]).toEqual([new Date('2026-10-31T18:30:00Z'), new Date('2026-11-30T18:30:00Z')]);
  });
});
