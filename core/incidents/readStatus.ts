import type { Core } from '../core.ts';
import { CHANNELS, type ChannelName } from '../message.ts';
import type { Channel, JobQueue } from '../ports.ts';
import type { Shop } from '../shops/shop.model.ts';
import { localDay, startOfLocalDay } from '../time.ts';
import type { Incident, IncidentKind } from './incident.model.ts';
import { listIncidents } from './listIncidents.ts';

/** Where nothing goes out until it is mended. */
const DOWN: readonly IncidentKind[] = [
  'unreachable',
  'credentials_refused',
  'sender_refused',
  'qr_needed',
  'browser_missing',
];
const WEEK_MS = 7 * 24 * 3600_000;

/** One channel as it is now; `channel` null: it is not connected. */
export interface ChannelStatus {
  readonly name: ChannelName;
  readonly channel: Channel | null;
  readonly downSince: Date | null;
  /** of the last week; null: none */
  readonly lastIn: Date | null;
  readonly lastOut: Date | null;
  /** since the shop's midnight */
  readonly sentToday: number;
  readonly failedToday: number;
}

export interface Status {
  readonly channels: readonly ChannelStatus[];
  readonly incidents: readonly Incident[];
  readonly jobs: Awaited<ReturnType<JobQueue['state']>>;
  /** how long the database took to answer */
  readonly databaseMs: number;
  readonly freeBytes: number;
}

/** How Kade and each channel are. */
export async function readStatus(core: Core, shop: Shop): Promise<Status> {
  const begun = performance.now();
  const incidents = await listIncidents(core, shop._id);
  const databaseMs = performance.now() - begun;
  const [channels, jobs, freeBytes] = await Promise.all([
    Promise.all(CHANNELS.map((name) => readChannel(core, shop, name, incidents))),
    core.jobs.state(core.clock.now()),
    core.files.freeBytes(),
  ]);
  return { channels, incidents, jobs, databaseMs, freeBytes };
}

async function readChannel(
  core: Core,
  { _id: shopId, timeZone }: Shop,
  name: ChannelName,
  incidents: readonly Incident[],
): Promise<ChannelStatus> {
  const now = core.clock.now();
  const weekAgo = new Date(now.getTime() - WEEK_MS);
  const today = startOfLocalDay(localDay(now, timeZone), timeZone);
  const [received, sent, counts] = await Promise.all([
    core.db.inbound.findOne(
      { shopId, at: { $gte: weekAgo }, from: { $regex: `^${name}:` } },
      { sort: { at: -1 }, projection: { at: 1 } },
    ),
    core.db.deliveries.findOne(
      { shopId, channel: name, sentAt: { $gte: weekAgo } },
      { sort: { sentAt: -1 }, projection: { sentAt: 1 } },
    ),
    core.db.deliveries
      .aggregate<{ _id: string; count: number }>([
        { $match: { shopId, channel: name, sentAt: { $gte: today } } },
        { $group: { _id: '$status', count: { $sum: 1 } } },
      ])
      .toArray(),
  ]);
  const count = (...statuses: string[]): number =>
    counts.filter(({ _id }) => statuses.includes(_id)).reduce((sum, one) => sum + one.count, 0);
  return {
    name,
    channel: core.channels.get(name) ?? null,
    downSince: incidents.find(({ channel, kind }) => channel === name && DOWN.includes(kind))?.since ?? null,
    lastIn: received?.at ?? null,
    lastOut: sent?.sentAt ?? null,
    sentToday: count('sent', 'delivered', 'read'),
    failedToday: count('failed', 'unknown'),
  };
}
