import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { settleInterrupted } from '../deliveries/settleInterrupted.ts';
import { nextSendingTime } from '../shops/sendingHours.ts';
import { getShop } from '../shops/shops.ts';
import { enqueueJob, scheduleJob } from './campaignJob.ts';

/** At the start, before jobs run: settles what a crash left in mid-send and makes sure that every open campaign has its job. Resolves to their number. */
export async function resumeCampaigns(core: Core, shopId: Types.ObjectId): Promise<number> {
  await settleInterrupted(core, { shopId });
  const shop = await getShop(core.db, shopId);
  const now = core.clock.now();
  const open = await core.db.campaigns
    .find({ shopId, status: { $in: ['scheduled', 'planning', 'sending', 'paused'] } })
    .toArray();
  for (const campaign of open) {
    if (campaign.status === 'planning' || campaign.status === 'sending') await enqueueJob(core, campaign);
    else if (campaign.status === 'scheduled' && campaign.scheduledAt)
      await scheduleJob(core, campaign, campaign.scheduledAt);
    else if (campaign.reason === 'quiet_hours') await scheduleJob(core, campaign, nextSendingTime(shop, now));
  }
  return open.length;
}
