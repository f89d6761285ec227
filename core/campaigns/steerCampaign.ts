import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import { KadeError } from '../errors.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelJob, enqueueJob, scheduleJob } from './campaignJob.ts';
import { getCampaign, moveCampaign } from './moveCampaign.ts';

/** What a member's order did: `changed` false when the campaign was past it (a second tap, an old button). */
export interface Steered {
  readonly campaign: Campaign;
  readonly changed: boolean;
}

/** Starts a draft or a scheduled campaign now; two taps launch once. `campaign_changed`: it was edited since `version` was read back. */
export async function launchCampaign(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  version: number,
): Promise<Steered> {
  const steered = await steer(core, shopId, id, 'planning', {
    only: { status: { $in: ['draft', 'scheduled'] }, version },
    set: { startedAt: core.clock.now() },
  });
  if (steered.changed) await enqueueJob(core, steered.campaign);
  return checkVersion(steered, version);
}

/** Sets the moment of launch, anew where there was one; `date_in_past`, `campaign_changed`. */
export async function scheduleCampaign(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  version: number,
  at: Date,
): Promise<Steered> {
  if (at <= core.clock.now()) throw new KadeError('date_in_past');
  const steered = await steer(core, shopId, id, 'scheduled', { only: { version }, set: { scheduledAt: at } });
  if (steered.changed) {
    await cancelJob(core, steered.campaign);
    await scheduleJob(core, steered.campaign, at);
  }
  return checkVersion(steered, version);
}

/** Stops sending within the groups on their way. */
export async function pauseCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<Steered> {
  return steer(core, shopId, id, 'paused', {
    only: { status: { $in: ['planning', 'sending'] } },
    set: { reason: 'member' },
  });
}

/** Goes on after a pause of whatever reason. */
export async function resumeCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<Steered> {
  const steered = await steer(core, shopId, id, 'planning', { only: { status: 'paused' } });
  if (steered.changed) await enqueueJob(core, steered.campaign);
  return steered;
}

/** Ends a campaign for good: what was not sent never will be. */
export async function cancelCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<Steered> {
  const steered = await steer(core, shopId, id, 'cancelled', { set: { finishedAt: core.clock.now() } });
  if (!steered.changed) return steered;
  const queued = { shopId, campaignId: id, status: 'queued' as const };
  const end = { $set: { status: 'cancelled' as const } };
  await core.db.deliveries.updateMany(queued, end);
  // A group on its way may have put rows back into the queue.
  await sendsInFlight(core.db).settled();
  await core.db.deliveries.updateMany(queued, end);
  await cancelJob(core, steered.campaign);
  return steered;
}

async function steer(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
  ...[to, options]: [Parameters<typeof moveCampaign>[2], NonNullable<Parameters<typeof moveCampaign>[3]>]
): Promise<Steered> {
  const moved = await moveCampaign(core, { _id: id, shopId }, to, options);
  return moved ? { campaign: moved, changed: true } : { campaign: await getCampaign(core, shopId, id), changed: false };
}

function checkVersion(steered: Steered, version: number): Steered {
  const { campaign, changed } = steered;
  const open = campaign.status === 'draft' || campaign.status === 'scheduled';
  if (!changed && open && campaign.version !== version) throw new KadeError('campaign_changed');
  return steered;
}
