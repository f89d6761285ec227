import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { settleInterrupted } from '../deliveries/settleInterrupted.ts';
import { isSendingHour, nextSendingTime } from '../shops/sendingHours.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getShop } from '../shops/shops.ts';
import { CAMPAIGN_CHANNELS, type Campaign, type PauseReason } from './campaign.model.ts';
import { scheduleJob, workKey } from './campaignJob.ts';
import { createProgress } from './campaignProgress.ts';
import { fallCampaign, hasFalling } from './fallCampaign.ts';
import { moveCampaign } from './moveCampaign.ts';
import { planCampaign } from './planCampaign.ts';
import { type SendingEnd, sendCampaign } from './sendCampaign.ts';

/** Later than this, a scheduled campaign asks before it goes out. */
const LATE_MS = 3600_000;
const RETRY_MS = 60_000;

const running = new WeakMap<Core['db'], Map<string, Promise<void>>>();

/**
 * Takes a campaign as far as it goes now: planned, sent, finished; or paused, or waiting for its time. May be called at
 * any time and as often as one likes; runs of one campaign follow each other.
 */
export async function runCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<void> {
  const queue = running.get(core.db) ?? new Map<string, Promise<void>>();
  running.set(core.db, queue);
  const key = id.toHexString();
  const run = (queue.get(key) ?? Promise.resolve()).then(() => runOnce(core, shopId, id));
  queue.set(key, run);
  await run;
  if (queue.get(key) === run) queue.delete(key);
}

async function runOnce(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<void> {
  const campaign = await core.db.campaigns.findOne({ _id: id, shopId });
  if (!campaign) return;
  core.work.hold(campaign.createdBy, workKey(campaign));
  try {
    await advance(core, await getShop(core.db, shopId), campaign);
  } catch (error) {
    core.log.error('campaign', { campaignId: id.toHexString(), error });
    await scheduleJob(core, campaign, new Date(core.clock.now().getTime() + RETRY_MS));
  } finally {
    core.work.release(workKey(campaign));
  }
}

async function advance(core: Core, shop: Shop, found: Campaign): Promise<void> {
  let campaign = await begin(core, shop, found);
  if (!campaign) return;
  if (!isOn(core, campaign)) return pauseItself(core, campaign, 'channel_off');
  // Runs of one campaign follow each other: what still stands as being sent is what a crash left.
  await settleInterrupted(core, { shopId: shop._id, campaignId: campaign._id });
  const progress = createProgress(core, campaign);
  await progress.show();
  if (campaign.status === 'planning') {
    if (!(await planCampaign(core, shop, campaign))) return progress.show();
    campaign = (await moveCampaign(core, campaign, 'sending')) ?? campaign;
  }
  let ending: SendingEnd;
  do ending = await sendCampaign(core, shop, campaign, progress.tick);
  while (ending.end === 'empty' && (await fallCampaign(core, shop, campaign)) > 0);
  await end(core, shop, campaign, ending, progress.show);
}

function isOn(core: Core, { channel, order }: Campaign): boolean {
  return (channel === 'auto' ? (order ?? CAMPAIGN_CHANNELS) : [channel]).some((one) => core.channels.has(one));
}

async function end(
  core: Core,
  shop: Shop,
  campaign: Campaign,
  ending: SendingEnd,
  showProgress: () => Promise<void>,
): Promise<void> {
  switch (ending.end) {
    case 'empty':
      return finish(core, campaign, showProgress);
    case 'later':
      await showProgress();
      return scheduleJob(core, campaign, ending.at);
    case 'quiet_hours':
      await showProgress();
      await pauseItself(core, campaign, 'quiet_hours');
      return scheduleJob(core, campaign, nextSendingTime(shop, core.clock.now()));
    case 'provider_refused':
      await showProgress();
      return pauseItself(core, campaign, 'provider_refused');
    case 'stopped':
      return showProgress();
    default:
      return ending satisfies never;
  }
}

/** The campaign, if it may go on now: one whose hour has come, or which sleeps through quiet hours, is woken; one that is done goes on for whom another channel may reach. */
async function begin(core: Core, shop: Shop, campaign: Campaign): Promise<Campaign | null> {
  const now = core.clock.now();
  if (campaign.status === 'planning' || campaign.status === 'sending') return campaign;
  if (campaign.status === 'scheduled' && campaign.scheduledAt) {
    const lateMs = now.getTime() - campaign.scheduledAt.getTime();
    if (lateMs < 0) await scheduleJob(core, campaign, campaign.scheduledAt);
    else if (lateMs > LATE_MS) await pauseItself(core, campaign, 'late');
    else return moveCampaign(core, campaign, 'planning', { only: { status: 'scheduled' }, set: { startedAt: now } });
  }
  if (campaign.status === 'paused' && campaign.reason === 'quiet_hours') {
    if (isSendingHour(shop, now)) return moveCampaign(core, campaign, 'planning', { only: { reason: 'quiet_hours' } });
    await scheduleJob(core, campaign, nextSendingTime(shop, now));
  }
  if (campaign.status === 'done' && (await hasFalling(core, campaign))) {
    if (isSendingHour(shop, now)) return moveCampaign(core, campaign, 'sending', { only: { status: 'done' } });
    await scheduleJob(core, campaign, nextSendingTime(shop, now));
  }
  return null;
}

async function pauseItself(core: Core, campaign: Campaign, reason: PauseReason): Promise<void> {
  const paused = await moveCampaign(core, campaign, 'paused', { set: { reason } });
  if (paused)
    await core.notifier.notify(campaign.createdBy, {
      kind: 'campaign.paused',
      campaignId: campaign._id.toHexString(),
      reason,
    });
}

async function finish(core: Core, campaign: Campaign, showProgress: () => Promise<void>): Promise<void> {
  const done = await moveCampaign(core, campaign, 'done', { set: { finishedAt: core.clock.now() } });
  await showProgress();
  if (done && !campaign.finishedAt)
    await core.notifier.notify(campaign.createdBy, {
      kind: 'campaign.finished',
      campaignId: campaign._id.toHexString(),
    });
}
