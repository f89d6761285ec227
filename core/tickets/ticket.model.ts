import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

export const TICKET_STATES = ['open', 'snoozed', 'closed'] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/** A notice of new messages that stands in a member's chat: what comes within a moment is added to it. */
export interface OpenNotice {
  to: AddressKey;
  deliveryId: string;
  /** the first message that it shows */
  since: Date;
  at: Date;
}

/** What a customer and the shop still have to say to each other: one per customer, opened again by their next message. */
export interface Ticket {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  customerId: Types.ObjectId;
  state: TicketState;
  /** where the customer wrote last: answers leave from there */
  address: AddressKey;
  /** the member who answers; null: whoever comes first */
  assignee: Types.ObjectId | null;
  /** the customer's messages since a member last looked */
  unread: number;
  lastAt: Date;
  lastText: string;
  lastFrom: 'customer' | 'shop';
  /** the customer's latest message: it is counted once, however often it is taken up */
  lastInboundId?: Types.ObjectId;
  /** when a person of the shop last took it or answered */
  talkedAt?: Date;
  snoozedUntil?: Date;
  /** when the customer was last told that the shop is away */
  awayToldAt?: Date;
  notices: OpenNotice[];
}

const TALKING_MS = 12 * 3600_000;
/** Hours for which Kade stays silent after a person's last word. */
export const TALKING_HOURS = TALKING_MS / 3600_000;

/** Whether a person of the shop is talking with the customer, so that nothing automatic is said to them. */
export function isTalking(ticket: Pick<Ticket, 'state' | 'talkedAt'> | null, now: Date): boolean {
  if (!ticket?.talkedAt || ticket.state === 'closed') return false;
  return now.getTime() - ticket.talkedAt.getTime() < TALKING_MS;
}

export const ticketSchema = new Schema<Ticket>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    state: { type: String, enum: TICKET_STATES, required: true },
    address: { type: String, required: true },
    assignee: Schema.Types.ObjectId,
    unread: Number,
    lastAt: Date,
    lastText: String,
    lastFrom: String,
    lastInboundId: Schema.Types.ObjectId,
    talkedAt: Date,
    snoozedUntil: Date,
    awayToldAt: Date,
    notices: [{ _id: false, to: String, deliveryId: String, since: Date, at: Date }],
  },
  { collection: 'tickets', versionKey: false },
);
ticketSchema.index({ shopId: 1, customerId: 1 }, { unique: true });
ticketSchema.index({ shopId: 1, state: 1, assignee: 1, lastAt: -1 });
ticketSchema.index({ shopId: 1, state: 1, lastAt: -1 });

/** A text that members send often; `{name}` and the other fields of campaigns are filled in for each customer. */
export interface CannedReply {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  /** what it is called, once per shop whatever the letters' case */
  title: string;
  key: string;
  text: string;
}

export const cannedReplySchema = new Schema<CannedReply>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    title: { type: String, required: true },
    key: { type: String, required: true },
    text: { type: String, required: true },
  },
  { collection: 'cannedReplies', versionKey: false },
);
cannedReplySchema.index({ shopId: 1, key: 1 }, { unique: true });
