import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { followChanges } from '../segments/followChanges.ts';

/** Notes that the shop and these customers were in contact; `heard`: it came from them, or was a call or a visit. */
export async function noteContact(
  core: Pick<Core, 'db' | 'clock' | 'log'>,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[],
  at: Date,
  heard = false,
): Promise<void> {
  if (customerIds.length === 0) return;
  const $max = { lastContactAt: at, ...(heard ? { lastHeardAt: at } : {}) };
  await core.db.customers.updateMany({ shopId, _id: { $in: [...customerIds] } }, { $max });
  void followChanges(core, shopId, customerIds, heard ? ['interactions', 'messages'] : ['messages']);
}
