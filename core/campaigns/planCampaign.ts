import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';
import { ANONYMOUS_DELIVERY, type Delivery } from '../deliveries/delivery.model.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';
import type { Recipient } from './chooseWay.ts';
import { listRecipients } from './recipients.ts';

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
    await forgetErased(core, campaign, recipients);
    const plannedUpTo = recipients.at(-1)?.customer._id;
    const open = await core.db.campaigns.updateOne({ _id, shopId, status: 'planning' }, { $max: { plannedUpTo } });
    if (open.matchedCount === 0 || core.stopping.aborted) return false;
  }
  await core.db.campaigns.updateOne({ _id, shopId }, { $set: { plannedAt: core.clock.now() } });
  return true;
}

/** Who was erased while the batch was on its way has a row again: it keeps neither address nor text. */
async function forgetErased(core: Core, { shopId, _id }: Campaign, recipients: readonly Recipient[]): Promise<void> {
  const ids = recipients.map(({ customer }) => customer._id);
  const found = await core.db.customers.find({ _id: { $in: ids }, shopId }, { projection: { _id: 1 } }).toArray();
  if (found.length === ids.length) return;
  const present = new Set(found.map((customer) => customer._id.toHexString()));
  const gone = ids.filter((id) => !present.has(id.toHexString()));
  await core.db.deliveries.updateMany({ shopId, campaignId: _id, customerId: { $in: gone } }, ANONYMOUS_DELIVERY);
  await core.db.deliveries.updateMany(
    { shopId, campaignId: _id, customerId: { $in: gone }, status: 'queued' },
    { $set: { status: 'skipped', reason: 'erased' } },
  );
}

function rowOf(campaign: Campaign, recipient: Recipient, now: Date): Delivery {
  return {
    _id: recipient.deliveryId,
    shopId: campaign.shopId,
    campaignId: campaign._id,
    customerId: recipient.customer._id,
    to: recipient.address,
    channel: recipient.channel,
    topic: 'marketing',
    createdAt: now,
    ...(recipient.ok
      ? { status: 'queued', ...messageFields(recipient) }
      : { status: 'skipped', message: { text: '' }, reason: recipient.reason }),
  };
}

/** What a row keeps of the message that was chosen for its person. */
export function messageFields({
  message,
  parts,
  cost,
  outsideWindow,
}: Recipient & { ok: true }): Pick<Delivery, 'message' | 'parts' | 'cost' | 'outsideWindow'> {
  return { message, parts, ...(cost === null ? {} : { cost }), ...(outsideWindow ? { outsideWindow } : {}) };
}
