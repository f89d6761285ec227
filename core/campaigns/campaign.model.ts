import { Schema, type Types } from 'mongoose';
import type { AddressKey, ChannelName } from '../message.ts';

export const CAMPAIGN_STATUSES = ['draft', 'scheduled', 'planning', 'sending', 'paused', 'done', 'cancelled'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** Where a campaign may go from each status; going on after a pause starts with whatever planning is left. */
export const CAMPAIGN_MOVES: Readonly<Record<CampaignStatus, readonly CampaignStatus[]>> = {
  draft: ['scheduled', 'planning', 'cancelled'],
  scheduled: ['draft', 'scheduled', 'planning', 'paused', 'cancelled'],
  planning: ['sending', 'paused', 'cancelled'],
  sending: ['paused', 'done', 'cancelled'],
  paused: ['planning', 'cancelled'],
  // For those whom a channel says, too late, it has not reached, and who are to get it by another.
  done: ['sending'],
  cancelled: [],
};

/** Why a campaign paused by itself or by a member; words in bot/i18n under `campaign.pausedBecause.<name>`. */
export const PAUSE_REASONS = ['member', 'quiet_hours', 'channel_off', 'provider_refused', 'late'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** The channels a campaign may use. */
export const CAMPAIGN_CHANNELS = ['sms', 'whatsapp', 'telegram', 'email'] as const satisfies readonly ChannelName[];
export type CampaignChannel = (typeof CAMPAIGN_CHANNELS)[number];

/** A template as a campaign has it: what stands in each of its variables is a text with fields, `{first_name|friend}`. */
export interface CampaignTemplate {
  id: string;
  name: string;
  body: string;
  variables: Record<string, string>;
}

/** One message to a segment. */
export interface Campaign {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  name: string;
  /** a segment key of core/segments, `value:champions` */
  segment: string;
  /** `auto`: for each person the cheapest that may and can reach them */
  channel: CampaignChannel | 'auto';
  /** `auto` only: these channels in this order, instead of the cheapest first */
  order?: CampaignChannel[];
  /** `auto` only: who could not be reached is tried on the next channel */
  fallback?: boolean;
  /** for WhatsApp outside its 24 hours; the campaign's text is then the template's, filled */
  template?: CampaignTemplate;
  /** the text with fields and fallbacks, `Hi {first_name|friend}` */
  text: string;
  subject?: string;
  status: CampaignStatus;
  /** goes up at every edit, so that a confirmation belongs to what was read back */
  version: number;
  /** why it is paused */
  reason?: PauseReason;
  scheduledAt?: Date;
  createdBy: AddressKey;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  /** planning has passed this customer: where to go on after a crash */
  plannedUpTo?: Types.ObjectId;
  /** set: every recipient has a row */
  plannedAt?: Date;
  /** the delivery that shows the progress, edited in place */
  progressMessage?: string;
}

export const campaignSchema = new Schema<Campaign>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    name: String,
    segment: { type: String, required: true },
    channel: { type: String, required: true },
    order: { type: [String], default: undefined },
    fallback: Boolean,
    template: { type: Schema.Types.Mixed },
    text: String,
    subject: String,
    status: { type: String, enum: CAMPAIGN_STATUSES, required: true },
    version: Number,
    reason: String,
    scheduledAt: Date,
    createdBy: String,
    createdAt: Date,
    startedAt: Date,
    finishedAt: Date,
    plannedUpTo: Schema.Types.ObjectId,
    plannedAt: Date,
    progressMessage: String,
  },
  { collection: 'campaigns', versionKey: false },
);
campaignSchema.index({ shopId: 1, createdAt: -1, _id: -1 });
campaignSchema.index({ shopId: 1, status: 1 });
