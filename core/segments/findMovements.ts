import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { runInThread } from '../threads/runInThread.ts';
import { fromLocalTime, toLocalTime } from '../time.ts';
import type { countMovements, Movement } from './countMovements.ts';

/** Who went from which value segment to which between two moments, those who stayed and the new ones too; most first. */
export interface Movements {
  readonly from: Date;
  readonly to: Date;
  readonly movements: readonly Movement[];
  /** whether there are purchases before `from` */
  readonly earlier: boolean;
}

/**
 * The movements of a month of the shop's calendar, up to now in the present one. Both ends are computed from the orders
 * as they stand before that moment. Without a month, the one of the latest purchase.
 */
export async function findMovements(
  core: Pick<Core, 'db' | 'clock'>,
  shop: Pick<Shop, '_id' | 'timeZone'>,
  month?: { year: number; month: number },
): Promise<Movements> {
  const { timeZone, _id: shopId } = shop;
  const now = core.clock.now();
  const filter = { shopId, at: { $lte: now } };
  const last = month ? null : await core.db.orders.findOne(filter, { sort: { at: -1 }, projection: { at: 1 } });
  const { year, month: number } = month ?? toLocalTime(last?.at ?? now, timeZone);
  const from = fromLocalTime({ year, month: number, day: 1 }, timeZone);
  const end = fromLocalTime({ year, month: number + 1, day: 1 }, timeZone);
  const to = new Date(Math.min(end.getTime(), now.getTime()));
  const task = { ...addressOf(core.db), shopId: shopId.toHexString(), from, to };
  const movements = await runInThread<typeof countMovements>('countMovements', import.meta.url, task);
  return { from, to, movements, earlier: movements.some((movement) => movement.from !== 'none') };
}
