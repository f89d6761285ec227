import type { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import { type CustomerFigures, NO_FIGURES } from './customer.model.ts';

const BATCH = 1_000;

/**
 * Computes customers' figures anew from their orders (purchases: order count, spend, first and last; returns beside) and
 * writes those that differ. Repeatable. Resolves to how many changed.
 */
export async function updateFigures(
  db: Pick<Database, 'customers' | 'orders'>,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[] | 'all',
): Promise<number> {
  let changed = 0;
  if (customerIds !== 'all') {
    for (let from = 0; from < customerIds.length; from += BATCH) {
      changed += await updateBatch(db, shopId, customerIds.slice(from, from + BATCH));
    }
    return changed;
  }
  let batch: Types.ObjectId[] = [];
  for await (const { _id } of db.customers.find({ shopId }, { projection: { _id: 1 } })) {
    batch.push(_id);
    if (batch.length < BATCH) continue;
    changed += await updateBatch(db, shopId, batch);
    batch = [];
  }
  return changed + (await updateBatch(db, shopId, batch));
}

async function updateBatch(
  db: Pick<Database, 'customers' | 'orders'>,
  shopId: Types.ObjectId,
  ids: Types.ObjectId[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const figures = await computeFigures(db, shopId, ids);
  const customers = await db.customers.find({ shopId, _id: { $in: ids } }, { projection: { figures: 1 } }).toArray();
  const writes = customers.flatMap(({ _id, figures: old }) => {
    const now = figures.get(_id.toHexString()) ?? NO_FIGURES;
    if (old && sameFigures(old, now)) return [];
    return [{ updateOne: { filter: { _id, shopId }, update: { $set: { figures: now } } } }];
  });
  if (writes.length > 0) await db.customers.bulkWrite(writes, { ordered: false });
  return writes.length;
}

/** Customers' figures by their orders, of all time or `before` a moment; who has none has no entry. */
export async function computeFigures(
  db: Pick<Database, 'orders'>,
  shopId: Types.ObjectId,
  ids: Types.ObjectId[],
  before?: Date,
): Promise<Map<string, CustomerFigures>> {
  // An order counts as a purchase by what was bought in it, whatever was brought back besides.
  const bought = { $gt: ['$purchased', 0] };
  const groups = db.orders.aggregate<CustomerFigures & { _id: Types.ObjectId }>([
    { $match: { shopId, customerId: { $in: ids }, ...(before ? { at: { $lt: before } } : {}) } },
    {
      $group: {
        _id: '$customerId',
        orderCount: { $sum: { $cond: [bought, 1, 0] } },
        totalSpent: { $sum: '$purchased' },
        totalReturned: { $sum: '$returned' },
        firstOrderAt: { $min: { $cond: [bought, '$at', null] } },
        lastOrderAt: { $max: { $cond: [bought, '$at', null] } },
      },
    },
  ]);
  const figures = new Map<string, CustomerFigures>();
  for await (const { _id, ...rest } of groups) figures.set(_id.toHexString(), { ...NO_FIGURES, ...rest });
  return figures;
}

function sameFigures(a: CustomerFigures, b: CustomerFigures): boolean {
  return (
    a.orderCount === b.orderCount &&
    a.totalSpent === b.totalSpent &&
    a.totalReturned === b.totalReturned &&
    a.firstOrderAt?.getTime() === b.firstOrderAt?.getTime() &&
    a.lastOrderAt?.getTime() === b.lastOrderAt?.getTime()
  );
}
