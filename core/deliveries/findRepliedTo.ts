import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import type { Delivery } from './delivery.model.ts';

/** The message of ours to this address that the provider knows by this id; one to anybody else is none. */
export async function findRepliedTo(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
  providerId: string,
): Promise<Delivery | null> {
  const channel = parseAddress(address)?.channel ?? 'web';
  return core.db.deliveries.findOne({ shopId, channel, providerId, to: address });
}
