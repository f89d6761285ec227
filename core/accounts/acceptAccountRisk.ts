import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';

/** An owner, at this address, was told what may become of a phone number that a program writes from, and wants it. */
export async function acceptAccountRisk(core: Core, shopId: Types.ObjectId, acceptedBy: AddressKey): Promise<void> {
  const whatsappWeb = { acceptedBy, acceptedAt: core.clock.now() };
  await core.db.shops.updateOne({ _id: shopId }, { $set: { whatsappWeb } });
}

/** From now on nothing is linked by itself, until the risk is accepted anew. */
export async function refuseAccountRisk(core: Core, shopId: Types.ObjectId): Promise<void> {
  await core.db.shops.updateOne({ _id: shopId }, { $unset: { whatsappWeb: '' } });
}
