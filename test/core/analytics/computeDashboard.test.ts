import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addInteraction,
  type Core,
  type Customer,
  computeDashboard,
  type Order,
  type Shop,
} from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const DAY = 86_400_000;
const from = new Date('2026-03-01T18:30:00Z');
const to = new Date(from.getTime() + 10 * DAY);

let house: House;
let core: Core;
let shop: Shop;

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
});
afterAll(() => house.close());
beforeEach(clear);

async function clear(): Promise<void> {
  const { orders, customers, products, interactions, inbound } = core.db;
  await Promise.all([
    orders.deleteMany({}),
    customers.deleteMany({}),
    products.deleteMany({}),
    interactions.deleteMany({}),
    inbound.deleteMany({}),
  ]);
}

/** Half-days from 25 days before the period to 5 days after it; quantities may be returns. */
const sales = fc.array(
  fc.record({
    who: fc.integer({ min: -1, max: 6 }),
    halfDay: fc.integer({ min: -50, max: 30 }),
    lines: fc.array(
      fc.record({
        sku: fc.constantFrom('A', 'B', 'C', 'D'),
        quantity: fc.integer({ min: -3, max: 5 }).filter((quantity) => quantity !== 0),
        unitPrice: fc.integer({ min: 0, max: 400 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { maxLength: 40 },
);
type Sale = typeof sales extends fc.Arbitrary<(infer T)[]> ? T : never;

async function keep(list: readonly Sale[]): Promise<{ orders: Order[]; customers: Customer[] }> {
  const customers = Array.from({ length: 7 }, (_, i) => makeCustomer(shop._id, { externalId: String(i) }));
  const orders = list.map((sale, i): Order => {
    const lines = sale.lines.map((line) => ({ ...line, amount: line.quantity * line.unitPrice }));
    const sum = (some: typeof lines) => some.reduce((total, line) => total + line.amount, 0);
    const bought = lines.filter((line) => line.quantity > 0 && line.unitPrice > 0);
    const customer = customers[sale.who];
    return {
      _id: new Types.ObjectId(),
      shopId: shop._id,
      number: `N${i}`,
      ...(customer ? { customerId: customer._id } : {}),
      at: new Date(from.getTime() + (sale.halfDay * DAY) / 2),
      lines,
      amount: sum(lines),
      purchased: sum(bought),
      returned: sum(lines) - sum(bought),
    };
  });
  for (const customer of customers) {
    const times = orders
      .filter((one) => one.customerId === customer._id && one.purchased > 0)
      .map((one) => Number(one.at));
    if (times.length) customer.figures.firstOrderAt = new Date(Math.min(...times));
  }
  await core.db.customers.insertMany(customers);
  if (orders.length) await core.db.orders.insertMany(orders);
  return { orders, customers };
}

const inside = (order: Order, start: Date, end: Date) => order.at >= start && order.at < end;
const total = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0);

describe('the dashboard', () => {
  it('says what a plain count of the orders says', async () => {
    await fc.assert(
      fc.asyncProperty(sales, async (list) => {
        await clear();
        const { orders, customers } = await keep(list);
        const dashboard = await computeDashboard(core, { shop, from, to });
        const now = orders.filter((one) => inside(one, from, to));
        const earlier = orders.filter((one) => inside(one, new Date(from.getTime() - 10 * DAY), from));
        const buyers = (some: Order[]) =>
          new Set(some.filter((one) => one.purchased > 0 && one.customerId).map((one) => String(one.customerId)));

        expect(dashboard.totals).toMatchObject({
          revenue: total(now.map((one) => one.amount)),
          spent: total(now.map((one) => one.purchased)),
          orders: now.filter((one) => one.purchased > 0).length,
          activeCustomers: buyers(now).size,
        });
        expect(dashboard.before.revenue).toBe(total(earlier.map((one) => one.amount)));
        expect(total(dashboard.trend.map((step) => step.revenue))).toBe(dashboard.totals.revenue);
        expect(total(dashboard.trend.map((step) => step.orders))).toBe(dashboard.totals.orders);

        const known = customers.filter((one) => !one.figures.firstOrderAt || one.figures.firstOrderAt < to);
        expect(total(Object.values(dashboard.customerTypes))).toBe(known.length);
        const lapsed = [...buyers(earlier)].filter((id) => !buyers(now).has(id)).length;
        expect(dashboard.customerTypes).toMatchObject({
          new: known.filter((one) => one.figures.firstOrderAt && one.figures.firstOrderAt >= from).length,
          lapsed,
          prospect: customers.filter((one) => !one.figures.firstOrderAt).length,
        });

        const spent = [...buyers(now)].map((id) =>
          total(now.filter((one) => String(one.customerId) === id).map((one) => one.purchased)),
        );
        expect(dashboard.topCustomers.map((one) => one.spent)).toEqual(spent.sort((a, b) => b - a));
        const revenue = ['A', 'B', 'C', 'D']
          .map((sku) =>
            total(now.flatMap((one) => one.lines.filter((line) => line.sku === sku).map((line) => line.amount))),
          )
          .filter((one) => one > 0);
        expect(dashboard.topProducts.map((one) => one.revenue)).toEqual(revenue.sort((a, b) => b - a));
      }),
      { numRuns: 25 },
    );
  });

  it('is empty for a shop without orders', async () => {
    const dashboard = await computeDashboard(core, { shop, from, to });
    expect(dashboard).toMatchObject({
      totals: { revenue: 0, orders: 0, averageOrder: null },
      lastOrderAt: null,
      topCustomers: [],
      topProducts: [],
      interactionTypes: [],
    });
    expect(dashboard.trend).toHaveLength(10);
  });

  it('counts interactions by type, and what customers wrote as messages', async () => {
    const customer = makeCustomer(shop._id, { name: 'Nimal' });
    await core.db.customers.insertOne(customer);
    const about = { shopId: shop._id, customerId: customer._id, text: 'x' };
    for (const type of ['call', 'call', 'message'] as const) await addInteraction(core, { ...about, type, at: from });
    await addInteraction(core, { ...about, type: 'visit', at: to });
    const inbound = { shopId: shop._id, from: 'sms:+94771234567' as const, at: from, text: 'hello' };
    await core.db.inbound.insertMany([
      { ...inbound, _id: new Types.ObjectId(), providerId: 'a', customerId: customer._id },
      { ...inbound, _id: new Types.ObjectId(), providerId: 'b', customerId: customer._id },
      { ...inbound, _id: new Types.ObjectId(), providerId: 'c' },
    ]);
    const { interactionTypes } = await computeDashboard(core, { shop, from, to });
    expect(interactionTypes).toEqual([
      { type: 'message', count: 3 },
      { type: 'call', count: 2 },
    ]);
  });

  it('reads an index for its range', async () => {
    const plan = await core.db.orders.find({ shopId: shop._id, at: { $gte: from, $lt: to } }).explain();
    expect(JSON.stringify(plan)).toContain('shopId_1_at_1');
  });
});
