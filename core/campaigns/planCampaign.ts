import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';
import { listRecipients, type Recipient } from './recipients.ts';

/**
 * Writes one row for every person of the segment, text frozen: queued, or skipped with the reason. After a crash it goes
 * on from its checkpoint; what was written twice is one row by its unique key. false: paused, cancelled or
 * Kade stopping meanwhile.
 */
export async function planCampaign(core: Core, shop: Shop, campaign: Campaign): Promise<boolean> {
  const { _id, shopId } = campaign;
  if (campaign.plannedAt) return true;
  for await (const recipients of listRecipients(core, shop, campaign, campaign.plannedUpTo)) {
    const now = core.clock.now();
    await insertNew(
      core.db.deliveries,
      recipients.map((recipient) => rowOf(campaign, recipient, now)),
    );
    const plannedUpTo = recipients.at(-1)?.customer._id;
    const open = await core.db.campaigns.updateOne({ _id, shopId, status: 'planning' }, { $max: { plannedUpTo } });
    if (open.matchedCount === 0 || core.stopping.aborted) return false;
  }
  await core.db.campaigns.updateOne({ _id, shopId }, { $set: { plannedAt: core.clock.now() } });
  return true;
}

function rowOf(campaign: Campaign, recipient: Recipient, now: Date): Delivery {
  const subject = campaign.subject === undefined ? {} : { subject: campaign.subject };
  return {
    _id: new Types.ObjectId(),
    shopId: campaign.shopId,
    campaignId: campaign._id,
    customerId: recipient.customer._id,
    to: recipient.address,
    channel: campaign.channel,
    topic: 'marketing',
    createdAt: now,
    ...(recipient.ok
      ? { status: 'queued', message: { text: recipient.text, ...subject }, parts: recipient.parts }
      : { status: 'skipped', message: { text: '' }, reason: recipient.reason }),
    ...(recipient.ok && recipient.cost !== null ? { cost: recipient.cost } : {}),
  };
}
