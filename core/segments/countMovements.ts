import { Types } from 'mongoose';
import { type CustomerFigures, NO_FIGURES } from '../customers/customer.model.ts';
import { computeFigures } from '../customers/updateFigures.ts';
import { type Database, type DatabaseAddress, withDatabase } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getShop } from '../shops/shops.ts';
import { readScored, type ScoredProfile } from './readShop.ts';
import type { ValueSegmentName } from './rfm.ts';
import { hasBought, scoreFigures } from './scoreCustomers.ts';

/** So many customers were in `from` at the beginning and are in `to` at the end; `none`: no purchase yet. */
export interface Movement {
  readonly from: ValueSegmentName | 'none';
  readonly to: ValueSegmentName | 'none';
  readonly customers: number;
}

/** A shop, its id in hex, and the two moments. */
export interface MovementTask extends DatabaseAddress {
  readonly shopId: string;
  readonly from: Date;
  readonly to: Date;
}

/** Counts who was in which value segment at two moments, most first; who had not bought by then either is left out. Heavy: runs in a thread. */
export function countMovements(task: MovementTask): Promise<Movement[]> {
  return withDatabase(task, async (db) => {
    const shop = await getShop(db, new Types.ObjectId(task.shopId));
    const profiles = await readScored(db, shop._id);
    const before = await segmentsAt(db, shop, profiles, task.from);
    const after = await segmentsAt(db, shop, profiles, task.to);
    const counted = new Map<string, Movement>();
    for (const [place, from] of before.entries()) {
      const to = after[place] ?? 'none';
      if (from === 'none' && to === 'none') continue;
      const key = `${from} ${to}`;
      counted.set(key, { from, to, customers: (counted.get(key)?.customers ?? 0) + 1 });
    }
    return [...counted.values()].sort((a, b) => b.customers - a.customers);
  });
}

/** Each customer's value segment by what was bought before a moment, in the order of the profiles. */
async function segmentsAt(
  db: Database,
  shop: Shop,
  profiles: readonly ScoredProfile[],
  at: Date,
): Promise<(ValueSegmentName | 'none')[]> {
  const changed = await figuresBefore(db, shop._id, at);
  const then = profiles.map(({ _id, figures }) => ({ figures: changed.get(_id.toHexString()) ?? figures }));
  const buyers = then.filter(hasBought);
  const scores = scoreFigures(
    buyers.map(({ figures }) => figures),
    shop,
  );
  const scoreOf = new Map(buyers.map((buyer, place) => [buyer, scores[place]]));
  return then.map((one) => (scoreOf.get(one)?.segment as ValueSegmentName | undefined) ?? 'none');
}

const BATCH = 1_000;

/** The figures, as they were, of those whose figures have changed since: who bought from that moment on. */
async function figuresBefore(db: Database, shopId: Types.ObjectId, at: Date): Promise<Map<string, CustomerFigures>> {
  const since = await db.orders
    .aggregate<{ _id: Types.ObjectId | null }>([
      { $match: { shopId, at: { $gte: at }, purchased: { $gt: 0 } } },
      { $group: { _id: '$customerId' } },
    ])
    .toArray();
  const ids = since.flatMap(({ _id }) => (_id ? [_id] : []));
  const figures = new Map(ids.map((id) => [id.toHexString(), NO_FIGURES]));
  for (let start = 0; start < ids.length; start += BATCH) {
    const found = await computeFigures(db, shopId, ids.slice(start, start + BATCH), at);
    for (const [id, then] of found) figures.set(id, then);
  }
  return figures;
}
