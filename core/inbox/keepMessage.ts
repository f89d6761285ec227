import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { openCustomer } from '../customers/openCustomer.ts';
import { findAnsweredDelivery } from '../deliveries/findAnsweredDelivery.ts';
import { addInteraction } from '../interactions/addInteraction.ts';
import { openTicket, wordsOf } from '../tickets/openTicket.ts';
import type { Ticket } from '../tickets/ticket.model.ts';
import type { Inbound } from './inbound.model.ts';

const DAY_MS = 24 * 3600_000;
const LONGEST = 2000;

/** What was kept; `first`: nothing of theirs was kept for a day. */
export interface KeptMessage {
  readonly customer: Customer;
  readonly ticket: Ticket;
  readonly first: boolean;
}

/** Keeps what a customer wrote: as an interaction, as the answer to their last campaign, in their ticket. Someone unknown becomes a customer. May be repeated. */
export async function keepMessage(core: Core, inbound: Inbound): Promise<KeptMessage> {
  const { _id, shopId, from, at } = inbound;
  const customer = await openCustomer(core, shopId, from);
  const customerId = customer._id;
  // Who was unknown when it came is known from now on.
  await core.db.inbound.updateOne({ _id }, { $set: { customerId } });
  const since = new Date(at.getTime() - DAY_MS);
  const earlier = await core.db.interactions.findOne({
    shopId,
    customerId,
    type: 'message',
    at: { $gte: since },
    _id: { $ne: _id },
  });
  const answered = await findAnsweredDelivery(core, customer, inbound);
  if (answered && !answered.repliedAt)
    await core.db.deliveries.updateOne({ _id: answered._id }, { $set: { repliedAt: at } });
  // Last, as it has the segments look at the answer too.
  await addInteraction(core, {
    _id,
    shopId,
    customerId,
    type: 'message',
    text: wordsOf(inbound).slice(0, LONGEST),
    at,
  });
  return { customer, ticket: await openTicket(core, customerId, inbound), first: earlier === null };
}
