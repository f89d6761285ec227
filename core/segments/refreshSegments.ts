import { once } from 'node:events';
import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { startWorker } from '../worker.ts';
import type { RefreshTask } from './refreshWorker.ts';

/** Computes all segments of a shop anew, in a thread with its own connection; resolves when they are written. `shopId` may be hex. Repeatable. */
export async function refreshSegments(
  core: Pick<Core, 'db' | 'clock'>,
  shopId: Types.ObjectId | string,
): Promise<void> {
  const task: RefreshTask = {
    uri: core.db.uri,
    database: core.db.connection.name,
    shopId: String(shopId),
    now: core.clock.now(),
  };
  const worker = startWorker('refreshWorker', import.meta.url, { workerData: task });
  // A failure in the thread is an 'error' event, which rejects here.
  await once(worker, 'exit');
}
