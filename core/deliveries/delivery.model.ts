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

/** One message to one address: a campaign's row for a recipient, or a reply. Text frozen. */
export interface Delivery {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  campaignId?: Types.ObjectId;
  customerId?: Types.ObjectId;
  to: AddressKey;
  channel: ChannelName;
  topic: Topic;
  message: OutboundMessage;
  status: DeliveryStatus;
  /** why it was skipped, failed or is unknown */
  reason?: string;
  /** the provider's id, once accepted */
  providerId?: string;
  /** SMS parts billed */
  parts?: number;
  /** minor units of the shop's currency; may hold fractions */
  cost?: number;
  notBefore?: Date;
  attempts?: number;
  leaseUntil?: Date;
  createdAt: Date;
  sentAt?: Date;
  deliveredAt?: Date;
  readAt?: Date;
  repliedAt?: Date;
}

export const deliverySchema = new Schema<Delivery>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    campaignId: Schema.Types.ObjectId,
    customerId: Schema.Types.ObjectId,
    to: { type: String, required: true },
    channel: { type: String, required: true },
    topic: { type: String, required: true },
    message: { type: Schema.Types.Mixed, required: true },
    status: { type: String, enum: DELIVERY_STATUSES, required: true },
    reason: String,
    providerId: String,
    parts: Number,
    cost: Number,
    notBefore: Date,
    attempts: Number,
    leaseUntil: Date,
    createdAt: Date,
    sentAt: Date,
    deliveredAt: Date,
    readAt: Date,
    repliedAt: Date,
  },
  { collection: 'deliveries', versionKey: false },
);
deliverySchema.index(
  { shopId: 1, campaignId: 1, customerId: 1 },
  { unique: true, partialFilterExpression: { campaignId: { $exists: true } } },
);
deliverySchema.index(
  { shopId: 1, campaignId: 1, status: 1 },
  { partialFilterExpression: { campaignId: { $exists: true } } },
);
deliverySchema.index({ shopId: 1, to: 1, createdAt: -1, _id: -1 });
deliverySchema.index({ shopId: 1, customerId: 1, createdAt: -1 });
deliverySchema.index(
  { shopId: 1, channel: 1, providerId: 1 },
  { unique: true, partialFilterExpression: { providerId: { $exists: true } } },
);
