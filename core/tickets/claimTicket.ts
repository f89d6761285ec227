import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';
import type { Member } from '../members/member.model.ts';
import type { AddressKey } from '../message.ts';
import { isTalking, type Ticket } from './ticket.model.ts';

/** `began`: nobody of the shop was talking with the customer before. */
export type Claim =
  | { readonly taken: false; readonly began: boolean }
  | { readonly taken: true; readonly by: Member | null };

/** Makes a customer's ticket a member's who talks with them from now on; not one that another member has, unless it is taken over. Of two at once one has it. */
export async function claimTicket(
  core: Core,
  member: Member,
  claim: { customerId: Types.ObjectId; address: AddressKey; takeOver: boolean },
): Promise<Claim> {
  const { customerId, address, takeOver } = claim;
  const { shopId, _id: assignee } = member;
  const now = core.clock.now();
  const $set = { state: 'open' as const, assignee, talkedAt: now, unread: 0, notices: [] };
  const free = { shopId, customerId, ...(takeOver ? {} : { assignee: { $in: [null, assignee] } }) };
  const before = await core.db.tickets.findOneAndUpdate(
    free,
    { $set, $unset: { snoozedUntil: '' } },
    { returnDocument: 'before' },
  );
  if (before) return { taken: false, began: !isTalking(before, now) };
  const ids = { _id: new Types.ObjectId(), shopId, customerId };
  const ticket: Ticket = { ...ids, ...$set, address, lastAt: now, lastText: '', lastFrom: 'shop' };
  if ((await insertNew(core.db.tickets, [ticket])) > 0) return { taken: false, began: true };
  return { taken: true, by: await assigneeOf(core, await core.db.tickets.findOne({ shopId, customerId })) };
}

/** The member who has a ticket, if they are still one. */
export async function assigneeOf(
  core: Core,
  ticket: Pick<Ticket, 'shopId' | 'assignee'> | null,
): Promise<Member | null> {
  if (!ticket?.assignee) return null;
  return core.db.members.findOne({ _id: ticket.assignee, shopId: ticket.shopId });
}
