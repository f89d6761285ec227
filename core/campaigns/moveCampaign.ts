import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { CAMPAIGN_MOVES, CAMPAIGN_STATUSES, type Campaign, type CampaignStatus } from './campaign.model.ts';

/** The campaign of this shop; `campaign_not_found`. */
export async function getCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<Campaign> {
  const campaign = await core.db.campaigns.findOne({ _id: id, shopId });
  if (!campaign) throw new KadeError('campaign_not_found');
  return campaign;
}

/** The latest campaigns, newest first. */
export async function listCampaigns(core: Core, shopId: Types.ObjectId, limit: number): Promise<Campaign[]> {
  return core.db.campaigns.find({ shopId }).sort({ createdAt: -1, _id: -1 }).limit(limit).toArray();
}

/** One step of the state machine, taken by at most one of several who try at once; null: it was not possible (any more). */
export async function moveCampaign(
  core: Core,
  campaign: Pick<Campaign, '_id' | 'shopId'>,
  to: CampaignStatus,
  options: { only?: mongo.Filter<Campaign>; set?: Partial<Campaign> } = {},
): Promise<Campaign | null> {
  const from = CAMPAIGN_STATUSES.filter((status) => CAMPAIGN_MOVES[status].includes(to));
  const $set: Partial<Campaign> = { ...options.set, status: to };
  return core.db.campaigns.findOneAndUpdate(
    { $and: [{ _id: campaign._id, shopId: campaign.shopId, status: { $in: from } }, options.only ?? {}] },
    to === 'paused' ? { $set } : { $set, $unset: { reason: '' } },
    { returnDocument: 'after' },
  );
}
