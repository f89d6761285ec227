import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import type { Member } from './member.model.ts';

/** An address is a member's no more: what is written there is a stranger's. `choice_expired` when it was not theirs, or is their last. */
export async function unlinkAddress(core: Core, member: Member, address: AddressKey): Promise<void> {
  const { _id, shopId } = member;
  // One address more than this one: the list has a second place.
  const filter = { _id, shopId, addresses: address, 'addresses.1': { $exists: true } };
  const { modifiedCount } = await core.db.members.updateOne(filter, { $pull: { addresses: address } });
  if (modifiedCount === 0) throw new KadeError('choice_expired');
}
