import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey, OutboundMessage } from '../message.ts';

/** One message of a thread, as its person sees it; `id` is the delivery's or the inbound's. */
export interface ThreadMessage {
  id: string;
  direction: 'in' | 'out';
  at: Date;
  message: OutboundMessage;
}

/** The latest `limit` messages with an address before `before`, oldest first. */
export async function listThread(
  core: Core,
  query: { shopId: Types.ObjectId; address: AddressKey; before?: Date; limit: number },
): Promise<ThreadMessage[]> {
  const { shopId, address, limit } = query;
  const until = query.before ? { $lt: query.before } : undefined;
  const [received, sent] = await Promise.all([
    core.db.inbound
      .find({ shopId, from: address, ...(until ? { at: until } : {}) })
      .sort({ at: -1 })
      .limit(limit)
      .toArray(),
    core.db.deliveries
      .find({ shopId, to: address, ...(until ? { createdAt: until } : {}) })
      .sort({ createdAt: -1 })
      .limit(limit)
      .toArray(),
  ]);
  const messages: ThreadMessage[] = [
    ...received.map((row) => ({
      id: row._id.toHexString(),
      direction: 'in' as const,
      at: row.at,
      message: { text: row.text ?? row.choiceLabel ?? '', ...(row.file ? { file: row.file } : {}) },
    })),
    ...sent.map((row) => ({
      id: row._id.toHexString(),
      direction: 'out' as const,
      at: row.createdAt,
      message: row.message,
    })),
  ];
  return messages.sort((a, b) => a.at.getTime() - b.at.getTime() || a.id.localeCompare(b.id)).slice(-limit);
}
