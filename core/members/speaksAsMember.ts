import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import { findCode } from './signIn.ts';

/** Whether what is written at an address is a member's word to us: it is theirs, or the text is a code that makes it so. */
export async function speaksAsMember(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
  text: string,
): Promise<boolean> {
  const member = await core.db.members.findOne({ shopId, addresses: address }, { projection: { _id: 1 } });
  return member !== null || (await findCode(core, text)) !== null;
}
