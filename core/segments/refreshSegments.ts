import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import { runInThread } from '../threads/runInThread.ts';
import type { refreshAll } from './refreshAll.ts';

/** What a refresh needs of the core. */
export type RefreshCore = Pick<Core, 'db' | 'clock' | 'stopping'>;

/** The last refresh asked for, by shop. */
const asked = new Map<string, Promise<void>>();

/**
 * Computes all segments of a shop anew, in a thread with its own connection; resolves when they are written. One at a
 * time for a shop, so that the one asked for last, which has seen the latest data, writes last. Breaks off when Kade
 * stops. `shopId` may be hex.
 */
export function refreshSegments(core: RefreshCore, shopId: Types.ObjectId | string): Promise<void> {
  const id = String(shopId);
  const before = asked.get(id) ?? Promise.resolve();
  const refresh = before
    .catch(() => undefined)
    .then(() => {
      const task = { ...addressOf(core.db), shopId: id, now: core.clock.now() };
      return runInThread<typeof refreshAll>('refreshAll', import.meta.url, task, { signal: core.stopping });
    })
    .finally(() => {
      if (asked.get(id) === refresh) asked.delete(id);
    });
  asked.set(id, refresh);
  return refresh;
}
