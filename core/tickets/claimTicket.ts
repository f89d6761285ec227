import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Member } from '../members/member.model.ts';
import type { AddressKey } from '../message.ts';
import { isTalking, type Ticket } from './ticket.model.ts';

const DUPLICATE = 11000;

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
  const update = {
    $set: { state: 'open' as const, assignee, talkedAt: now, unread: 0, notices: [] },
    $unset: { snoozedUntil: '' as const },
    $setOnInsert: { _id: new Types.ObjectId(), address, lastAt: now, lastText: '', lastFrom: 'shop' as const },
  };
  const free = { shopId, customerId, ...(takeOver ? {} : { assignee: { $in: [null, assignee] } }) };
  try {
    const before = await core.db.tickets.findOneAndUpdate(free, update, { upsert: true, returnDocument: 'before' });
    return { taken: false, began: !isTalking(before, now) };
  } catch (error) {
    // The customer has a ticket, and it is not free.
    if ((error as { code?: number }).code !== DUPLICATE) throw error;
  }
  const ticket = await core.db.tickets.findOne({ shopId, customerId });
  return { taken: true, by: await assigneeOf(core, ticket) };
}

/** The member who has a ticket, if they are still one. */
export async function assigneeOf(
  core: Core,
  ticket: Pick<Ticket, 'shopId' | 'assignee'> | null,
): Promise<Member | null> {
  if (!ticket?.assignee) return null;
  return core.db.members.findOne({ _id: ticket.assignee, shopId: ticket.shopId });
}
