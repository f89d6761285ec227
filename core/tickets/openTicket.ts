import { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew, isConflict } from '../db/insertNew.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { Ticket } from './ticket.model.ts';

const ATTEMPTS = 10;
const LONGEST = 200;

/** A customer wrote: their ticket is open, new or again, and has one message more to be read. May be repeated. */
export async function openTicket(core: Core, customerId: Types.ObjectId, inbound: Inbound): Promise<Ticket> {
  const { shopId, _id: lastInboundId, from: address, at: lastAt } = inbound;
  const lastText = wordsOf(inbound).slice(0, LONGEST);
  const $set = { state: 'open', address, lastAt, lastText, lastFrom: 'customer', lastInboundId } as const;
  // Another of their messages may open it at the same moment.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const again = await core.db.tickets.findOneAndUpdate(
        { shopId, customerId, lastInboundId: { $ne: lastInboundId } },
        { $set, $inc: { unread: 1 }, $unset: { snoozedUntil: '' } },
        { returnDocument: 'after' },
      );
      const known = again ?? (await core.db.tickets.findOne({ shopId, customerId, lastInboundId }));
      if (known) return known;
    } catch (error) {
      if (
        !(error instanceof mongo.MongoServerError) ||
        !isConflict({ code: Number(error.code), errmsg: error.message })
      )
        throw error;
      continue;
    }
    const ids = { _id: new Types.ObjectId(), shopId, customerId };
    const ticket: Ticket = { ...ids, ...$set, assignee: null, unread: 1, notices: [] };
    if ((await insertNew(core.db.tickets, [ticket])) > 0) return ticket;
  }
  throw new Error('A ticket could not be opened');
}

/** What a person said, in one line: their words, the button they tapped, their file. */
export function wordsOf({ text, choiceLabel, file }: Pick<Inbound, 'text' | 'choiceLabel' | 'file'>): string {
  return text ?? choiceLabel ?? file?.name ?? '';
}
