import type { mongo } from 'mongoose';
import type { Core } from '../core.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import { scheduleJob } from './campaignJob.ts';

const MINUTE_MS = 60_000;

/** Lets the campaigns of these rows look, at the next full minute, whom another channel may reach: what failed together falls together. */
export async function scheduleFalls(core: Core, rows: readonly mongo.Filter<Delivery>[]): Promise<void> {
  const failed = await core.db.deliveries
    .find(
      { $or: rows.map((row) => ({ ...row, status: 'failed' as const, campaignId: { $exists: true } })) },
      { projection: { campaignId: 1 } },
    )
    .toArray();
  if (failed.length === 0) return;
  const ids = failed.flatMap(({ campaignId }) => (campaignId ? [campaignId] : []));
  const campaigns = await core.db.campaigns
    .find({ _id: { $in: ids }, fallback: true, status: { $in: ['sending', 'done'] } })
    .toArray();
  const at = new Date(Math.ceil((core.clock.now().getTime() + 1) / MINUTE_MS) * MINUTE_MS);
  for (const campaign of campaigns) await scheduleJob(core, campaign, at);
}
