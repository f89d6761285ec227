import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { checkKey } from '../segments/segmentMembers.ts';
import { CAMPAIGN_CHANNELS, type Campaign } from './campaign.model.ts';
import { hasWayOut } from './optOutLine.ts';
import { type CampaignWords, readWords } from './readWords.ts';

export type CampaignInput = Pick<Campaign, 'segment' | 'channel' | 'subject' | 'createdBy'> & CampaignWords;

/**
 * Writes a draft. Throws `segment_not_found`, `channel_off`, `channel_one_way` (nobody could leave there),
 * `stop_one_way`, `campaign_empty_text`, `text_too_long`, `template_unknown_field` and `template_not_approved`.
 */
export async function createCampaign(core: Core, shopId: Types.ObjectId, input: CampaignInput): Promise<Campaign> {
  checkKey(input.segment);
  const { segment, channel, subject, createdBy } = input;
  checkChannel(core, channel);
  const campaign: Campaign = {
    _id: new Types.ObjectId(),
    shopId,
    segment,
    channel,
    createdBy,
    ...(subject === undefined ? {} : { subject }),
    ...(await readWords(core, channel, input)),
    status: 'draft',
    version: 1,
    createdAt: core.clock.now(),
  };
  await core.db.campaigns.insertOne(campaign);
  return campaign;
}

/** `channel_off`, `channel_one_way`. */
export function checkChannel(core: Core, channel: Campaign['channel']): void {
  const channels = channel === 'auto' ? CAMPAIGN_CHANNELS : [channel];
  const on = channels.flatMap((name) => core.channels.get(name) ?? []);
  if (on.length === 0) throw new KadeError('channel_off', { channel });
  if (!on.some(hasWayOut)) throw new KadeError('channel_one_way', { channel });
}
