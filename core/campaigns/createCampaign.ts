import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey, ChannelName } from '../message.ts';
import { checkKey } from '../segments/segmentMembers.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelJob } from './campaignJob.ts';
import { getCampaign, moveCampaign } from './moveCampaign.ts';
import { parseTemplate } from './template.ts';

/** The channels a campaign may use. */
export const CAMPAIGN_CHANNELS = ['sms', 'whatsapp', 'telegram', 'email'] as const satisfies readonly ChannelName[];

/** Longest text, letters: what Twilio takes for an SMS or a WhatsApp message. */
export const MAX_CAMPAIGN_TEXT = 1600;

export interface CampaignInput {
  segment: string;
  channel: ChannelName;
  text: string;
  subject?: string;
  createdBy: AddressKey;
}

/**
 * Writes a draft. Throws `segment_not_found`, `channel_off`, `channel_one_way` (nobody could answer STOP there),
 * `campaign_empty_text`, `text_too_long` and `template_unknown_field`.
 */
export async function createCampaign(core: Core, shopId: Types.ObjectId, input: CampaignInput): Promise<Campaign> {
  const now = core.clock.now();
  checkKey(input.segment);
  const campaign: Campaign = {
    _id: new Types.ObjectId(),
    shopId,
    name: nameOf(input.text),
    ...input,
    text: checkText(core, input.channel, input.text),
    status: 'draft',
    version: 1,
    createdAt: now,
  };
  await core.db.campaigns.insertOne(campaign);
  return campaign;
}

/** Changes a draft's text; a scheduled campaign becomes a draft again. `campaign_not_editable` once it was launched. */
export async function editCampaign(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  edit: { text: string; subject?: string },
): Promise<Campaign> {
  const campaign = await getCampaign(core, shopId, id);
  const text = checkText(core, campaign.channel, edit.text);
  if (campaign.status === 'scheduled') {
    await moveCampaign(core, campaign, 'draft');
    await cancelJob(core, campaign);
  }
  const edited = await core.db.campaigns.findOneAndUpdate(
    { _id: id, shopId, status: 'draft' },
    { $set: { ...edit, text, name: nameOf(text) }, $inc: { version: 1 } },
    { returnDocument: 'after' },
  );
  if (!edited) throw new KadeError('campaign_not_editable');
  return edited;
}

function checkText(core: Core, channel: ChannelName, typed: string): string {
  const found = core.channels.get(channel);
  if (!found) throw new KadeError('channel_off', { channel });
  if (!found.twoWay) throw new KadeError('channel_one_way', { channel });
  const text = typed.normalize('NFC').trim();
  if (text === '') throw new KadeError('campaign_empty_text');
  if (text.length > MAX_CAMPAIGN_TEXT) throw new KadeError('text_too_long', { limit: MAX_CAMPAIGN_TEXT });
  parseTemplate(text);
  return text;
}

const NAME_LENGTH = 40;

/** What a campaign is called in lists: how its text begins. */
function nameOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= NAME_LENGTH ? line : `${line.slice(0, NAME_LENGTH - 1)}…`;
}
