import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { Ticket } from './ticket.model.ts';

const DUPLICATE = 11000;
const LONGEST = 200;

/** A customer wrote: their ticket is open, new or again, and has one message more to be read. May be repeated. */
export async function openTicket(core: Core, customerId: Types.ObjectId, inbound: Inbound): Promise<Ticket> {
  const { shopId, _id: lastInboundId, from, at } = inbound;
  const update = {
    $set: {
      state: 'open' as const,
      address: from,
      lastAt: at,
      lastText: wordsOf(inbound).slice(0, LONGEST),
      lastFrom: 'customer' as const,
      lastInboundId,
    },
    $inc: { unread: 1 },
    $unset: { snoozedUntil: '' as const },
    $setOnInsert: { _id: new Types.ObjectId(), assignee: null, notices: [] },
  };
  const filter = { shopId, customerId, lastInboundId: { $ne: lastInboundId } };
  for (let attempt = 1; ; attempt++) {
    try {
      const options = { upsert: true, returnDocument: 'after' } as const;
      const ticket = await core.db.tickets.findOneAndUpdate(filter, update, options);
      if (ticket) return ticket;
    } catch (error) {
      // It has this message already, or another of their messages opens it at this moment.
      if ((error as { code?: number }).code !== DUPLICATE) throw error;
    }
    const known = await core.db.tickets.findOne({ shopId, customerId, lastInboundId });
    if (known) return known;
    if (attempt === 3) throw new Error('A ticket could not be opened');
  }
}

/** What a person said, in one line: their words, the button they tapped, their file. */
export function wordsOf({ text, choiceLabel, file }: Pick<Inbound, 'text' | 'choiceLabel' | 'file'>): string {
  return text ?? choiceLabel ?? file?.name ?? '';
}
