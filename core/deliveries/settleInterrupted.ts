import type { Types } from 'mongoose';
import type { Core } from '../core.ts';

/** What a crash left in mid-send may have gone out: it becomes `unknown`, is not sent again, and a late receipt settles it. */
export async function settleInterrupted(
  core: Core,
  which: { shopId: Types.ObjectId; campaignId?: Types.ObjectId },
): Promise<number> {
  const { modifiedCount } = await core.db.deliveries.updateMany(
    { ...which, status: 'sending' },
    { $set: { status: 'unknown', reason: 'interrupted' }, $unset: { claim: '' } },
  );
  return modifiedCount;
}
