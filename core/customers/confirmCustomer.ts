import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { followChanges } from '../segments/followChanges.ts';

/** A member says that someone who wrote first is a customer like any other. May be repeated. */
export async function confirmCustomer(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<void> {
  const change = { $unset: { provisional: '' as const }, $set: { updatedAt: core.clock.now() } };
  await core.db.customers.updateOne({ _id: customerId, shopId }, change);
  void followChanges(core, shopId, [customerId], ['profile']);
}
