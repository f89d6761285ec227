import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import { recordConsents } from './recordConsent.ts';

/**
 * Someone has shut us out of an address (blocked the bot): no marketing there any more, until they start again. Their
 * other addresses are not touched. `evidence`: the message or delivery that told it. May be repeated.
 */
export async function refuseAddress(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
  words: string,
  evidence: Types.ObjectId,
): Promise<void> {
  const customer = await core.db.customers.findOne({ shopId, 'addresses.key': address });
  if (!customer) return;
  await recordConsents(core, shopId, [
    {
      customerId: customer._id,
      address,
      topic: 'marketing',
      state: 'denied',
      source: 'block',
      words,
      evidenceId: evidence.toHexString(),
    },
  ]);
  await cancelQueued(core, shopId, customer._id, 'opted_out', [address]);
  void followChanges(core, shopId, [customer._id], ['messages']);
}
