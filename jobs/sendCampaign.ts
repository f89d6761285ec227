import { z } from 'zod';
import { CAMPAIGN_JOB, parseId, runCampaign } from '../core/index.ts';
import type { Job } from './job.ts';

const id = z.string().regex(/^[0-9a-f]{24}$/);

/** Plans, sends and finishes a campaign, or takes it on from where it stands. */
export const sendCampaignJob: Job<{ shopId: string; campaignId: string }> = {
  name: CAMPAIGN_JOB,
  payload: z.object({ shopId: id, campaignId: id }),
  concurrency: 4,
  run: (core, { shopId, campaignId }) => runCampaign(core, parseId(shopId), parseId(campaignId)),
};
