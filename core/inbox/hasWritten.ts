import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';

/** Whether anything ever came from this address. */
export async function hasWritten(core: Core, shopId: Types.ObjectId, from: AddressKey): Promise<boolean> {
  return (await core.db.inbound.findOne({ shopId, from }, { projection: { _id: 1 } })) !== null;
}
