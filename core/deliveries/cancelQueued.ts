import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';

/** Takes back the marketing messages still queued for a customer, in every campaign; at these addresses, or at all. */
export async function cancelQueued(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  reason: 'opted_out' | 'erased',
  addresses?: readonly AddressKey[],
): Promise<void> {
  await core.db.deliveries.updateMany(
    { shopId, customerId, status: 'queued', topic: 'marketing', ...(addresses ? { to: { $in: [...addresses] } } : {}) },
    { $set: { status: 'skipped', reason } },
  );
}
