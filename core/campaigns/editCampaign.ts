import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { Campaign, CampaignChannel } from './campaign.model.ts';
import { cancelJob } from './campaignJob.ts';
import { checkChannel } from './createCampaign.ts';
import { getCampaign, moveCampaign } from './moveCampaign.ts';
import { type CampaignWords, readWords } from './readWords.ts';

/** Changes what a draft says; a scheduled campaign becomes a draft again. `campaign_not_editable` once it was launched. */
export async function editCampaign(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  words: CampaignWords & Pick<Campaign, 'subject'>,
): Promise<Campaign> {
  const campaign = await getCampaign(core, shopId, id);
  checkChannel(core, campaign.channel);
  const { subject } = words;
  const said = { ...(await readWords(core, campaign.channel, words)), ...(subject === undefined ? {} : { subject }) };
  return changeDraft(core, campaign, { $set: said, ...(said.template ? {} : { $unset: { template: '' } }) });
}

/** For `auto`: the channels in the order in which they are tried (none: the cheapest first), and whether a failure is followed by the next. `campaign_not_editable` once it was launched. */
export async function changeLadder(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  { order, fallback }: { order: CampaignChannel[]; fallback: boolean },
): Promise<Campaign> {
  const campaign = await getCampaign(core, shopId, id);
  const none = order.length === 0;
  const $set = { fallback, ...(none ? {} : { order }) };
  return changeDraft(core, campaign, { $set, ...(none ? { $unset: { order: '' } } : {}) });
}

async function changeDraft(core: Core, campaign: Campaign, update: mongo.UpdateFilter<Campaign>): Promise<Campaign> {
  if (campaign.status === 'scheduled') {
    await moveCampaign(core, campaign, 'draft');
    await cancelJob(core, campaign);
  }
  const changed = await core.db.campaigns.findOneAndUpdate(
    { _id: campaign._id, shopId: campaign.shopId, status: 'draft' },
    { ...update, $inc: { version: 1 } },
    { returnDocument: 'after' },
  );
  if (!changed) throw new KadeError('campaign_not_editable');
  return changed;
}
