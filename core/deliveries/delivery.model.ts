import { Schema, type Types } from 'mongoose';
import type { Topic } from '../customers/customer.model.ts';
import type { AddressKey, ChannelName, OutboundMessage } from '../message.ts';

export const DELIVERY_STATUSES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * Where a delivery may go from each status. Forward only: a receipt may come twice, late or in reverse order. `unknown`
 * (the request may have left, no answer was written down) is left only by a receipt, never by sending again. `failed`
 * and `skipped` go back to the queue only for another channel; a receipt that says it did arrive ends a failure, and a wait for one.
 */
export const DELIVERY_MOVES: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  queued: ['sending', 'skipped', 'cancelled', 'delivered', 'read'],
  sending: ['queued', 'sent', 'delivered', 'read', 'failed', 'unknown', 'skipped'],
  sent: ['delivered', 'read', 'failed'],
  delivered: ['read'],
  read: [],
  failed: ['queued', 'delivered', 'read'],
  unknown: ['delivered', 'read', 'failed'],
  skipped: ['queued'],
  cancelled: [],
};

/** The statuses from which a delivery may come to this one. */
export function statusesBefore(status: DeliveryStatus): DeliveryStatus[] {
  return DELIVERY_STATUSES.filter((before) => DELIVERY_MOVES[before].includes(status));
}

/**
 * Whether a message of this status has reached its person: another channel is tried only after a `no`. The late word
 * that a channel given up did reach them wins where the row's present one says `no`; elsewhere both may have, and it is noted.
 */
export const REACHED: Readonly<Record<DeliveryStatus, 'no' | 'perhaps' | 'yes'>> = {
  queued: 'no',
  sending: 'perhaps',
  sent: 'perhaps',
  delivered: 'yes',
  read: 'yes',
  failed: 'no',
  unknown: 'perhaps',
  skipped: 'no',
  cancelled: 'no',
};

/** A message that the person has not been shown. */
export const UNSEEN_STATUSES = ['queued', 'skipped', 'cancelled'] as const;
/** A message that the person has, or may have. */
export const RECEIVED_STATUSES = ['sent', 'delivered', 'read', 'unknown'] as const;

/** A channel that was tried in vain before the row's present one. */
export interface Attempt {
  channel: ChannelName;
  to: AddressKey;
  reason: string;
  providerId?: string;
  sentAt?: Date;
  /** the provider's later word that it did arrive */
  arrivedAt?: Date;
}

/** One message to one address: a campaign's row for a recipient, or a reply. Text frozen. */
export interface Delivery {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  campaignId?: Types.ObjectId;
  customerId?: Types.ObjectId;
  /** the member who wrote it by hand */
  memberId?: Types.ObjectId;
  to: AddressKey;
  channel: ChannelName;
  topic: Topic;
  message: OutboundMessage;
  /** what goes instead once WhatsApp's 24 hours are over; cost as below */
  outsideWindow?: { message: OutboundMessage; cost?: number };
  /** oldest first; never its present channel */
  tried?: Attempt[];
  status: DeliveryStatus;
  /** why it was skipped, failed or is unknown */
  reason?: string;
  /** the provider's id, once accepted */
  providerId?: string;
  /** SMS parts billed */
  parts?: number;
  /** minor units of the shop's currency; may hold fractions */
  cost?: number;
  /** a carrier asked to try again no earlier */
  notBefore?: Date;
  /** how often a carrier asked that */
  attempts?: number;
  /** which claim of a sender it is in, while `sending` */
  claim?: Types.ObjectId;
  createdAt: Date;
  /** when its sending began; counts for the weekly cap */
  sentAt?: Date;
  deliveredAt?: Date;
  readAt?: Date;
  repliedAt?: Date;
  optedOutAt?: Date;
}

/** What is left of a delivery to an erased person: its figures. */
export const ANONYMOUS_DELIVERY = {
  $set: { to: 'web:erased' as AddressKey, message: { text: '' } },
  $unset: { outsideWindow: '' as const, tried: '' as const },
};

export const deliverySchema = new Schema<Delivery>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    campaignId: Schema.Types.ObjectId,
    customerId: Schema.Types.ObjectId,
    memberId: Schema.Types.ObjectId,
    to: { type: String, required: true },
    channel: { type: String, required: true },
    topic: { type: String, required: true },
    message: { type: Schema.Types.Mixed, required: true },
    outsideWindow: { type: Schema.Types.Mixed },
    tried: {
      type: [
        {
          _id: false,
          channel: String,
          to: String,
          reason: String,
          providerId: String,
          sentAt: Date,
          arrivedAt: Date,
        },
      ],
      default: undefined,
    },
    status: { type: String, enum: DELIVERY_STATUSES, required: true },
    reason: String,
    providerId: String,
    parts: Number,
    cost: Number,
    notBefore: Date,
    attempts: Number,
    claim: Schema.Types.ObjectId,
    createdAt: Date,
    sentAt: Date,
    deliveredAt: Date,
    readAt: Date,
    repliedAt: Date,
    optedOutAt: Date,
  },
  { collection: 'deliveries', versionKey: false },
);
deliverySchema.index(
  { shopId: 1, campaignId: 1, customerId: 1 },
  { unique: true, partialFilterExpression: { campaignId: { $exists: true } } },
);
deliverySchema.index(
  { shopId: 1, campaignId: 1, status: 1, _id: 1 },
  { partialFilterExpression: { campaignId: { $exists: true } } },
);
deliverySchema.index({ shopId: 1, to: 1, createdAt: -1, _id: -1 });
deliverySchema.index({ shopId: 1, customerId: 1, createdAt: -1 });
deliverySchema.index(
  { shopId: 1, channel: 1, providerId: 1 },
  { unique: true, partialFilterExpression: { providerId: { $exists: true } } },
);
// A late word on a channel that was tried before.
deliverySchema.index(
  { shopId: 1, 'tried.providerId': 1 },
  { partialFilterExpression: { 'tried.providerId': { $exists: true } } },
);
// The weekly cap, and the message that an answer belongs to.
deliverySchema.index(
  { shopId: 1, customerId: 1, sentAt: 1 },
  { partialFilterExpression: { topic: 'marketing', sentAt: { $exists: true } } },
);
// What left a channel, and when.
deliverySchema.index({ shopId: 1, channel: 1, sentAt: -1 }, { partialFilterExpression: { sentAt: { $exists: true } } });
// What a crash left in mid-send.
deliverySchema.index({ shopId: 1, status: 1 }, { partialFilterExpression: { status: 'sending' } });
