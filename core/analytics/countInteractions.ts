import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { InteractionType } from '../interactions/interaction.model.ts';
import type { Period } from './trendEdges.ts';

/** Interactions of a period by type, most frequent first: those noted, the messages customers wrote, and what campaigns sent. */
export async function countInteractions(
  core: Core,
  shopId: Types.ObjectId,
  { from, to }: Period,
): Promise<{ type: InteractionType; count: number }[]> {
  const at = { $gte: from, $lt: to };
  const [noted, messages, campaign] = await Promise.all([
    core.db.interactions
      .aggregate<{ _id: InteractionType; count: number }>([
        { $match: { shopId, at } },
        { $group: { _id: '$type', count: { $sum: 1 } } },
      ])
      .toArray(),
    core.db.inbound.countDocuments({ shopId, at, customerId: { $exists: true } }),
    countCampaignMessages(core, shopId, { from, to }),
  ]);
  const counts = new Map(noted.map((row) => [row._id, row.count]));
  const add = (type: InteractionType, count: number) => count && counts.set(type, (counts.get(type) ?? 0) + count);
  add('message', messages);
  add('campaign', campaign);
  return [...counts]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || a.type.localeCompare(b.type));
}

/** What reached its carrier, of the campaigns that began in the period. */
async function countCampaignMessages(core: Core, shopId: Types.ObjectId, { from, to }: Period): Promise<number> {
  const campaigns = await core.db.campaigns
    .find({ shopId, createdAt: { $lt: to }, startedAt: { $gte: from, $lt: to } }, { projection: { _id: 1 } })
    .toArray();
  if (campaigns.length === 0) return 0;
  return core.db.deliveries.countDocuments({
    shopId,
    campaignId: { $in: campaigns.map((campaign) => campaign._id) },
    status: { $in: ['sent', 'delivered', 'read'] },
  });
}
