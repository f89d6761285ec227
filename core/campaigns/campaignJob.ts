import type { Core } from '../core.ts';
import type { JobPayload } from '../ports.ts';
import type { Campaign } from './campaign.model.ts';

type Ids = Pick<Campaign, '_id' | 'shopId' | 'createdBy'>;

/** The background work of campaigns: one job per campaign, whatever its step is. */
export const CAMPAIGN_JOB = 'sendCampaign';

/** Lets a campaign go on as soon as possible; its launcher counts as waiting from now until the run ends. */
export async function enqueueJob(core: Core, campaign: Ids): Promise<void> {
  core.work.hold(campaign.createdBy, workKey(campaign));
  await core.jobs.enqueue(CAMPAIGN_JOB, payloadOf(campaign));
}

export async function scheduleJob(core: Core, campaign: Ids, at: Date): Promise<void> {
  await core.jobs.schedule(CAMPAIGN_JOB, payloadOf(campaign), { at });
}

export async function cancelJob(core: Core, campaign: Ids): Promise<void> {
  await core.jobs.cancel(CAMPAIGN_JOB, payloadOf(campaign));
}

export function workKey({ _id }: Ids): string {
  return `campaign ${_id.toHexString()}`;
}

function payloadOf({ shopId, _id }: Ids): JobPayload {
  return { shopId: shopId.toHexString(), campaignId: _id.toHexString() };
}
