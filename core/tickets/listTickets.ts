import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Ticket } from './ticket.model.ts';

export const TICKET_VIEWS = ['all', 'mine', 'unassigned', 'snoozed'] as const;
export type TicketView = (typeof TICKET_VIEWS)[number];

/** A page of the inbox: the tickets whose customer wrote, or was answered, last come first. */
export interface TicketPage {
  tickets: { ticket: Ticket; customer: Customer }[];
  /** how many there are in each view */
  counts: Record<TicketView, number>;
}

/** The tickets of a view, from the `skip`th on. */
export async function listTickets(
  core: Core,
  shopId: Types.ObjectId,
  memberId: Types.ObjectId,
  page: { view: TicketView; skip: number; limit: number },
): Promise<TicketPage> {
  const counted = await Promise.all(
    TICKET_VIEWS.map(async (view) => [view, await core.db.tickets.countDocuments(inView(shopId, memberId, view))]),
  );
  const tickets = await core.db.tickets
    .find(inView(shopId, memberId, page.view))
    .sort({ lastAt: -1 })
    .skip(page.skip)
    .limit(page.limit)
    .toArray();
  const ids = tickets.map(({ customerId }) => customerId);
  const customers = await core.db.customers.find({ shopId, _id: { $in: ids } }).toArray();
  return {
    tickets: tickets.flatMap((ticket) => {
      const customer = customers.find(({ _id }) => _id.equals(ticket.customerId));
      return customer ? [{ ticket, customer }] : [];
    }),
    counts: Object.fromEntries(counted),
  };
}

function inView(shopId: Types.ObjectId, memberId: Types.ObjectId, view: TicketView): mongo.Filter<Ticket> {
  const state = view === 'snoozed' ? 'snoozed' : 'open';
  if (view === 'mine') return { shopId, state, assignee: memberId };
  return view === 'unassigned' ? { shopId, state, assignee: null } : { shopId, state };
}
