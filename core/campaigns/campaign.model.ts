import { Schema, type Types } from 'mongoose';
import type { AddressKey, ChannelName } from '../message.ts';

export const CAMPAIGN_STATUSES = ['draft', 'scheduled', 'planning', 'sending', 'paused', 'done', 'cancelled'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** One message to a segment. */
export interface Campaign {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  name: string;
  /** a segment key of core/segments, `value:champions` */
  segment: string;
  channel: ChannelName;
  /** the text with fields and fallbacks, `Hi {first_name|friend}` */
  text: string;
  subject?: string;
  status: CampaignStatus;
  /** why it is paused */
  reason?: string;
  scheduledAt?: Date;
  createdBy: AddressKey;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  /** planning has passed this customer: where to go on after a crash */
  plannedUpTo?: Types.ObjectId;
  /** the delivery that shows the progress, edited in place */
  progressMessage?: string;
}

export const campaignSchema = new Schema<Campaign>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    name: String,
    segment: { type: String, required: true },
    channel: { type: String, required: true },
    text: String,
    subject: String,
    status: { type: String, enum: CAMPAIGN_STATUSES, required: true },
    reason: String,
    scheduledAt: Date,
    createdBy: String,
    createdAt: Date,
    startedAt: Date,
    finishedAt: Date,
    plannedUpTo: Schema.Types.ObjectId,
    progressMessage: String,
  },
  { collection: 'campaigns', versionKey: false },
);
campaignSchema.index({ shopId: 1, createdAt: -1 });
campaignSchema.index({ shopId: 1, status: 1 });
