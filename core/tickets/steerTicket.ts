import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { parseId } from '../ids.ts';
import type { Member } from '../members/member.model.ts';
import { listReaders } from './tellMembers.ts';
import type { Ticket } from './ticket.model.ts';

export const WAKE_JOB = 'wakeTicket';

/** A customer's ticket, if they ever had one. */
export async function findTicket(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
): Promise<Ticket | null> {
  return core.db.tickets.findOne({ shopId, customerId });
}

/** Gives a ticket to a member, who is told unless they did it themselves, or to nobody. `ticket_closed`: there is none open. */
export async function assignTicket(
  core: Core,
  by: Member,
  customerId: Types.ObjectId,
  to: Member | null,
): Promise<void> {
  const { shopId } = by;
  await change(core, shopId, customerId, { $set: { assignee: to?._id ?? null, notices: [] } });
  const [address] = to?.addresses ?? [];
  if (!to || !address || to._id.equals(by._id)) return;
  const notice = { kind: 'ticket.assigned', customerId: customerId.toHexString(), by: by.name } as const;
  await core.notifier.notify(address, notice);
}

/** Puts a ticket away as done; the customer's next message opens it again, for whoever comes first. */
export async function closeTicket(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<void> {
  await change(core, shopId, customerId, {
    $set: { state: 'closed', assignee: null, unread: 0, notices: [] },
    $unset: { snoozedUntil: '', talkedAt: '' },
  });
}

/** Puts a ticket away until a moment, or until the customer writes. `date_in_past` */
export async function snoozeTicket(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  until: Date,
): Promise<void> {
  if (until <= core.clock.now()) throw new KadeError('date_in_past');
  const $set = { state: 'snoozed', snoozedUntil: until, unread: 0, notices: [] } as const;
  const ticketId = (await change(core, shopId, customerId, { $set: { ...$set, notices: [] } })).toHexString();
  // An earlier moment that was set before would come first, and find that it is not time yet.
  await core.jobs.cancel(WAKE_JOB, { ticketId });
  await core.jobs.schedule(WAKE_JOB, { ticketId }, { at: until });
}

/** Brings a snoozed ticket back when its time has come, and tells who answers it. */
export async function wakeTicket(core: Core, ticketId: string): Promise<void> {
  const ticket = await core.db.tickets.findOneAndUpdate(
    { _id: parseId(ticketId), state: 'snoozed', snoozedUntil: { $lte: core.clock.now() } },
    { $set: { state: 'open' }, $unset: { snoozedUntil: '' } },
    { returnDocument: 'after' },
  );
  if (!ticket) return;
  const notice = { kind: 'ticket.woke', customerId: ticket.customerId.toHexString() } as const;
  for (const to of await listReaders(core, ticket)) await core.notifier.notify(to, notice);
}

/** A member has looked at what is new. */
export async function readTicket(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<void> {
  await core.db.tickets.updateOne({ shopId, customerId }, { $set: { unread: 0, notices: [] } });
}

async function change(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  update: Parameters<Core['db']['tickets']['findOneAndUpdate']>[1],
): Promise<Types.ObjectId> {
  const filter = { shopId, customerId, state: { $ne: 'closed' as const } };
  const ticket = await core.db.tickets.findOneAndUpdate(filter, update);
  if (!ticket) throw new KadeError('ticket_closed');
  return ticket._id;
}
