import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../deliveries/delivery.model.ts';
import type { ChannelName } from '../message.ts';
import type { Campaign } from './campaign.model.ts';
import { getCampaign } from './moveCampaign.ts';

/** What became of a campaign, counted from its rows at this moment. */
export interface CampaignReport {
  readonly campaign: Campaign;
  /** rows: everyone who was in the segment */
  readonly planned: number;
  readonly counts: Readonly<Record<DeliveryStatus, number>>;
  /** why rows were skipped, failed or are unknown; most frequent first */
  readonly reasons: readonly { readonly status: DeliveryStatus; readonly reason: string; readonly count: number }[];
  /** a later stage counts in every earlier one */
  readonly funnel: {
    readonly addressed: number;
    readonly sent: number;
    readonly delivered: number;
    readonly read: number;
  };
  /** messages by the channel that took them, most first; and people whom an earlier channel had failed to reach */
  readonly channels: readonly { readonly channel: ChannelName; readonly count: number }[];
  readonly fallen: number;
  readonly replied: number;
  readonly optedOut: number;
  /** SMS parts, and minor units of the shop's currency (whole), of what was accepted by the carrier */
  readonly parts: number;
  readonly cost: number;
}

interface Group {
  _id: { status: DeliveryStatus; reason?: string | null; channel: ChannelName };
  count: number;
  fallen: number;
  parts: number;
  cost: number;
  replied: number;
  optedOut: number;
}

/** Counts a campaign's rows by status and reason. */
export async function campaignReport(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<CampaignReport> {
  const campaign = await getCampaign(core, shopId, id);
  const groups = await core.db.deliveries
    .aggregate<Group>([
      { $match: { shopId, campaignId: id } },
      {
        $group: {
          _id: { status: '$status', reason: '$reason', channel: '$channel' },
          count: { $sum: 1 },
          fallen: { $sum: { $cond: [{ $gt: [{ $size: { $ifNull: ['$tried', []] } }, 0] }, 1, 0] } },
          parts: { $sum: '$parts' },
          cost: { $sum: '$cost' },
          replied: { $sum: { $cond: [{ $gt: ['$repliedAt', null] }, 1, 0] } },
          optedOut: { $sum: { $cond: [{ $gt: ['$optedOutAt', null] }, 1, 0] } },
        },
      },
    ])
    .toArray();
  return summarize(campaign, groups);
}

function summarize(campaign: Campaign, groups: readonly Group[]): CampaignReport {
  const counts = Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, 0])) as Record<DeliveryStatus, number>;
  for (const { _id, count } of groups) counts[_id.status] += count;
  const sum = (field: 'count' | 'fallen' | 'replied' | 'optedOut') =>
    groups.reduce((total, group) => total + group[field], 0);
  const accepted = groups.filter(({ _id }) => ACCEPTED.has(_id.status));
  const delivered = counts.delivered + counts.read;
  const planned = sum('count');
  return {
    campaign,
    planned,
    counts,
    reasons: reasonsOf(groups),
    funnel: {
      addressed: planned - counts.skipped,
      sent: counts.sent + delivered,
      delivered,
      read: counts.read,
    },
    channels: channelsOf(accepted),
    fallen: sum('fallen'),
    replied: sum('replied'),
    optedOut: sum('optedOut'),
    parts: accepted.reduce((total, group) => total + group.parts, 0),
    cost: Math.round(accepted.reduce((total, group) => total + group.cost, 0)),
  };
}

function reasonsOf(groups: readonly Group[]): CampaignReport['reasons'] {
  const counts = new Map<string, CampaignReport['reasons'][number]>();
  for (const { _id, count } of groups) {
    const { status, reason } = _id;
    const key = `${status} ${reason}`;
    if (reason) counts.set(key, { status, reason, count: count + (counts.get(key)?.count ?? 0) });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

function channelsOf(accepted: readonly Group[]): CampaignReport['channels'] {
  const counts = new Map<ChannelName, number>();
  for (const { _id, count } of accepted) counts.set(_id.channel, count + (counts.get(_id.channel) ?? 0));
  return [...counts].map(([channel, count]) => ({ channel, count })).sort((a, b) => b.count - a.count);
}

const ACCEPTED: ReadonlySet<DeliveryStatus> = new Set(['sent', 'delivered', 'read']);
