import { performance } from 'node:perf_hooks';
import { Types } from 'mongoose';
import type { Core, Database, Order, Segment, Shop } from '../../../core/index.ts';
import { followChanges, updateFigures } from '../../../core/index.ts';
import { readScored } from '../../../core/segments/readShop.ts';
import { listFollowed, refreshKept } from '../../../core/segments/refreshKept.ts';
import { scoreCustomers } from '../../../core/segments/scoreCustomers.ts';
import { atMost, beside, type Figure, median } from '../figure.ts';
import { profileRule } from './countRules.ts';
import { MADE_NOW, type MadeShop } from './madeShop.ts';

const SEGMENTS = 20;
const ORDERS = 25;

/** Twenty saved segments brought up to date, whole and after one order, and everyone's RFM score. */
export async function refreshRules(
  { db, shop }: MadeShop,
  label: string,
  most: { refreshS: number; orderMs: number; rfmS: number },
): Promise<Figure[]> {
  const score = async () => scoreCustomers(db, shop._id, shop, await readScored(db, shop._id));
  const writing = await secondsOf(score); // the made shop's scores are drawn, so that all are written
  const scoring = await secondsOf(score);
  await db.segments.insertMany(Array.from({ length: SEGMENTS }, (_, n) => segmentOf(shop, n)));
  const followed = await listFollowed(db, shop._id);
  const filling = await secondsOf(() => refreshKept(db, shop, MADE_NOW, followed, { quiet: true }));
  const refreshing = await secondsOf(() => refreshKept(db, shop, MADE_NOW, followed));
  const members = await db.segments.find({ shopId: shop._id }, { projection: { size: 1 } }).toArray();
  const afterOrder = await afterOneOrder(db, shop);
  return [
    atMost(`full refresh of ${SEGMENTS} saved segments, ${label}`, refreshing, 's', most.refreshS),
    beside(
      `their members, ${label}`,
      members.reduce((sum, { size }) => sum + size, 0),
      'people',
    ),
    beside(`their first filling, ${label}`, filling, 's'),
    atMost(`members up to date after one order, ${label}, median of ${ORDERS}`, afterOrder, 'ms', most.orderMs),
    atMost(`RFM of everyone, ${label}`, scoring, 's', most.rfmS),
    beside(`RFM of everyone when every score changes, ${label}`, writing, 's'),
  ];
}

function segmentOf({ _id: shopId }: Shop, n: number): Segment {
  const _id = new Types.ObjectId();
  const empty = { size: 0, revenue: 0, orders: 0, buyers: 0, recencyDays: 0, topProducts: [], cells: [], words: [] };
  return {
    _id,
    shopId,
    kind: 'saved',
    key: `saved:${_id.toHexString()}`,
    label: `Segment ${n}`,
    nameKey: `segment ${n}`,
    rule: profileRule(n),
    position: 0,
    weak: false,
    refreshedAt: MADE_NOW,
    ...empty,
  };
}

/** From the moment that an order is written and its customer's figures are right to that in which all segments are. */
async function afterOneOrder(db: Database, shop: Shop): Promise<number> {
  const core = { db, clock: { now: () => MADE_NOW }, log: console as unknown as Core['log'] };
  const customers = await db.customers.find({ shopId: shop._id }, { projection: { _id: 1 }, limit: ORDERS }).toArray();
  const took: number[] = [];
  for (const [n, { _id: customerId }] of customers.entries()) {
    await db.orders.insertOne(orderOf(shop, customerId, n));
    await updateFigures(db, shop._id, [customerId]);
    took.push(1000 * (await secondsOf(() => followChanges(core, shop._id, [customerId], ['orders']))));
  }
  return median(took);
}

function orderOf({ _id: shopId }: Shop, customerId: Types.ObjectId, n: number): Order {
  const lines = [{ sku: 'P1', quantity: 1, unitPrice: 900_000, amount: 900_000 }];
  const _id = new Types.ObjectId();
  return {
    _id,
    shopId,
    number: `bench-${n}`,
    customerId,
    at: MADE_NOW,
    lines,
    amount: 900_000,
    purchased: 900_000,
    returned: 0,
  };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
