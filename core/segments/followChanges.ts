import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { getShop } from '../shops/shops.ts';
import { refreshCustomers } from './refreshCustomers.ts';
import { listFollowed } from './refreshKept.ts';
import { isAbout, type Subject } from './rule/subjects.ts';
import { standAgain } from './standCustomers.ts';

/** What changed of which customers and has not been looked at, by shop. */
const waiting = new Map<string, Map<string, Set<Subject>>>();
const running = new Map<string, Promise<void>>();

/** Most customers that are looked at together. */
const BATCH = 500;

/**
 * Takes note that something changed about customers (an order, a message, an edit): the saved segments that ask about it
 * look at them again, at once and behind each other. What a stopped process leaves is found by the next whole refresh.
 */
export function followChanges(
  core: Pick<Core, 'db' | 'clock' | 'log'>,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[],
  subjects: readonly Subject[],
): Promise<void> {
  const id = shopId.toHexString();
  const changed = waiting.get(id) ?? new Map<string, Set<Subject>>();
  waiting.set(id, changed);
  for (const customerId of customerIds) {
    const key = customerId.toHexString();
    changed.set(key, new Set([...(changed.get(key) ?? []), ...subjects]));
  }
  const run = running.get(id) ?? lookAgain(core, shopId).finally(() => running.delete(id));
  running.set(id, run);
  return run;
}

async function lookAgain(core: Pick<Core, 'db' | 'clock' | 'log'>, shopId: Types.ObjectId): Promise<void> {
  const id = shopId.toHexString();
  for (let changed = waiting.get(id); changed && changed.size > 0; changed = waiting.get(id)) {
    const batch = [...changed].slice(0, BATCH);
    for (const [customer] of batch) changed.delete(customer);
    if (changed.size === 0) waiting.delete(id);
    const subjects = new Set(batch.flatMap(([, own]) => [...own]));
    const among = batch.map(([customer]) => new Types.ObjectId(customer));
    try {
      const shop = await getShop(core.db, shopId);
      await standAgain(core.db, shopId, among, core.clock.now());
      const concerned = (await listFollowed(core.db, shopId)).filter(
        ({ rule }) => rule && isAbout(rule, subjects, shop.customFields),
      );
      if (concerned.length === 0) continue;
      await refreshCustomers(core.db, shop, core.clock.now(), concerned, among);
    } catch (error) {
      core.log.error('segments.follow', { error, customers: batch.length });
    }
  }
}
