import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import { insertNew } from '../db/insertNew.ts';
import { runInThread } from '../threads/runInThread.ts';
import { type Double, pairKey, type scanDoubles } from './scanDoubles.ts';

/** Customers who look like one person, most alike first; see scanDoubles. */
export async function findDoubles(core: Core, shopId: Types.ObjectId, limit: number): Promise<Double[]> {
  const task = { ...addressOf(core.db), shopId: shopId.toHexString(), limit };
  return runInThread<typeof scanDoubles>('scanDoubles', import.meta.url, task);
}

/** A member says that two are not one: they are not suggested again. May be repeated. */
export async function tellApart(
  core: Core,
  shopId: Types.ObjectId,
  one: Types.ObjectId,
  other: Types.ObjectId,
  memberId: Types.ObjectId,
): Promise<void> {
  const pair = pairKey(one.toHexString(), other.toHexString());
  const [first, second] = [new Types.ObjectId(pair.slice(0, 24)), new Types.ObjectId(pair.slice(24))];
  await insertNew(core.db.notSame, [
    { _id: new Types.ObjectId(), shopId, first, second, memberId, at: core.clock.now() },
  ]);
}
