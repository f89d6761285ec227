// What is timed, over the ordinary driver, the same on each engine.
import type { mongo } from 'mongoose';
import { seeded } from '../../../core/seeded.ts';
import { quantile } from '../figure.ts';
import { customerOf, idOf, LINES_PER_ORDER, orderOf } from './shop.ts';

const BATCH = 1_000;
const LANES = 8;
const ENOUGH_MS = 2_000;
const REPEATS = 3;

export interface Size {
  readonly customers: number;
  readonly orders: number;
}

/** Operations a second by name; of a scan, lines a second. */
export type Rates = Record<string, number>;

/** Fills an empty database with the shop; the rates of doing so, without the time that making the documents takes. */
export async function load(db: mongo.Db, { customers, orders }: Size): Promise<Rates> {
  await db.collection('customers').createIndexes([{ key: { externalId: 1 }, unique: true }, { key: { city: 1 } }]);
  await db
    .collection('orders')
    .createIndexes([{ key: { number: 1 }, unique: true }, { key: { customerId: 1, at: -1 } }, { key: { at: 1 } }]);
  let upserting = 0;
  for (let from = 0; from < customers; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => customerOf(from + i));
    const writes = batch.map((customer, i) => ({
      updateOne: {
        filter: { externalId: customer.externalId },
        update: { $set: customer, $setOnInsert: { _id: idOf(1, from + i) } },
        upsert: true,
      },
    })) as mongo.AnyBulkWriteOperation[];
    upserting += await secondsOf(() => db.collection('customers').bulkWrite(writes, { ordered: false }));
  }
  let inserting = 0;
  for (let from = 0; from < orders; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => orderOf(from + i, customers));
    inserting += await secondsOf(() => db.collection('orders').insertMany(batch, { ordered: false }));
  }
  return { 'bulk upsert of customers': customers / upserting, 'insertMany of orders': orders / inserting };
}

/** The rates of short requests, eight at a time for two seconds each. */
export async function short(db: mongo.Db, { customers, orders }: Size): Promise<Rates> {
  const order = db.collection('orders');
  const customer = db.collection('customers');
  const day = 86_400_000;
  const work: Record<string, (n: number) => Promise<unknown>> = {
    findOneAndUpdate: (n) =>
      customer.findOneAndUpdate({ _id: idOf(1, n % customers) }, { $inc: { 'figures.orderCount': 1 } }),
    'find by _id': (n) => order.findOne({ _id: idOf(2, n % orders) }),
    'find by index, 1 result': (n) => order.findOne({ number: `A${n % orders}` }),
    'find by index, 100 results': (n) =>
      order
        .find({ at: { $gte: new Date(Date.UTC(2024, 0, 1) + (n % 600) * day) } })
        .limit(100)
        .toArray(),
    'count by index': (n) => order.countDocuments({ at: { $gte: at(n), $lt: new Date(at(n).getTime() + day) } }),
    'sort by index with limit': (n) =>
      order
        .find({ at: { $lt: at(n) } })
        .sort({ at: -1 })
        .limit(20)
        .toArray(),
  };
  const rates: Rates = {};
  for (const [name, one] of Object.entries(work)) rates[name] = await rateOf(one);
  return rates;
}

const at = (n: number): Date => new Date(Date.UTC(2024, 0, 1) + (n % 690) * 86_400_000);

/** Lines a second of the work that looks at every line; the median of three. */
export async function scans(db: mongo.Db, { orders }: Size): Promise<Rates> {
  const lines = orders * LINES_PER_ORDER;
  const match = [{ $unwind: '$lines' }, { $match: { 'lines.quantity': { $gt: 8 } } }, { $count: 'lines' }];
  return {
    '$group over all lines': lines / (await medianSeconds(() => group(db))),
    '$match without an index': lines / (await medianSeconds(() => db.collection('orders').aggregate(match).toArray())),
  };
}

const group = (db: mongo.Db): Promise<unknown> =>
  db
    .collection('orders')
    .aggregate([
      { $unwind: '$lines' },
      { $group: { _id: '$lines.sku', sold: { $sum: '$lines.quantity' }, amount: { $sum: '$lines.amount' } } },
    ])
    .toArray();

/** The 99th percentile of a find by _id while the $group runs, ms. */
export async function p99DuringGroup(db: mongo.Db, { orders }: Size): Promise<number> {
  const random = seeded(5);
  const took: number[] = [];
  let over = false;
  const grouping = group(db).finally(() => {
    over = true;
  });
  while (!over) {
    const begun = performance.now();
    await db.collection('orders').findOne({ _id: idOf(2, Math.floor(random() * orders)) });
    took.push(performance.now() - begun);
  }
  await grouping;
  return quantile(took, 0.99);
}

async function rateOf(one: (n: number) => Promise<unknown>): Promise<number> {
  const random = seeded(3);
  const until = performance.now() + ENOUGH_MS;
  let done = 0;
  const seconds = await secondsOf(async () => {
    const lane = async (): Promise<void> => {
      while (performance.now() < until) {
        await one(Math.floor(random() * 2 ** 31));
        done++;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });
  return done / seconds;
}

async function medianSeconds(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < REPEATS; i++) took.push(await secondsOf(work));
  return quantile(took, 0.5);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
