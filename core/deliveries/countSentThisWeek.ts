import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { ChannelName } from '../message.ts';
import { RECEIVED_STATUSES } from './delivery.model.ts';

const WEEK_MS = 7 * 24 * 3600_000;
/** What is being sent counts too: two campaigns that reach for someone's last message of the week at once never both get it. */
const COUNTED: ReadonlySet<string> = new Set(['sending', ...RECEIVED_STATUSES]);

/** What one customer was sent in the last 7 days, as the gate takes it. */
export interface SentThisWeek {
  sentThisWeek: number;
  sentByChannel: Partial<Record<ChannelName, number>>;
}

export const NONE_SENT: SentThisWeek = { sentThisWeek: 0, sentByChannel: {} };

/** How many marketing messages each customer was sent in the last 7 days, by the customer's id in hex; `except` are not counted. */
export async function countSentThisWeek(
  core: Core,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[],
  except: readonly Types.ObjectId[] = [],
): Promise<Map<string, SentThisWeek>> {
  const since = new Date(core.clock.now().getTime() - WEEK_MS);
  const own = new Set(except.map((id) => id.toHexString()));
  const rows = core.db.deliveries.find(
    { shopId, customerId: { $in: [...customerIds] }, topic: 'marketing', sentAt: { $gte: since } },
    { projection: { customerId: 1, status: 1, channel: 1 } },
  );
  const counts = new Map<string, SentThisWeek>();
  for await (const { _id, customerId, status, channel } of rows) {
    if (!COUNTED.has(status) || own.has(_id.toHexString())) continue;
    const key = customerId?.toHexString() ?? '';
    const { sentThisWeek, sentByChannel } = counts.get(key) ?? NONE_SENT;
    const onChannel = (sentByChannel[channel] ?? 0) + 1;
    counts.set(key, { sentThisWeek: sentThisWeek + 1, sentByChannel: { ...sentByChannel, [channel]: onChannel } });
  }
  return counts;
}
