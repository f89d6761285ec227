import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { followChanges } from '../segments/followChanges.ts';
import { REFRESH_JOB } from '../segments/scheduleRefresh.ts';

/** Segments hear at once of customers who were made one, or parted; where `moved` was in any, their sizes are counted anew. */
export async function tellSegments(core: Core, moved: Customer, ids: readonly Types.ObjectId[]): Promise<void> {
  const { shopId, memberships = [], figures } = moved;
  void followChanges(core, shopId, ids, ['profile', 'orders', 'messages', 'interactions']);
  if (memberships.length > 0 || figures.orderCount > 0)
    await core.jobs.enqueue(REFRESH_JOB, { shopId: shopId.toHexString() });
}
