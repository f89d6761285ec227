import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { UNSEEN_STATUSES } from '../deliveries/delivery.model.ts';
import type { AddressKey, OutboundMessage } from '../message.ts';

/** One message of a thread, as its person sees it. */
export interface ThreadMessage {
  /** the delivery's id; for one that came in, the id that its sender gave it */
  id: string;
  direction: 'in' | 'out';
  at: Date;
  message: OutboundMessage;
  /** of its row: with `at`, the place to read on from */
  rowId: string;
}

/** The latest `limit` messages with an address before a place in the thread, oldest first. */
export async function listThread(
  core: Core,
  query: {
    shopId: Types.ObjectId;
    address: AddressKey;
    before?: Pick<ThreadMessage, 'at' | 'rowId'>;
    limit: number;
  },
): Promise<ThreadMessage[]> {
  const { shopId, address, before, limit } = query;
  const [received, sent] = await Promise.all([
    core.db.inbound
      .find({ shopId, from: address, ...earlier('at', before) })
      .sort({ at: -1, _id: -1 })
      .limit(limit)
      .toArray(),
    core.db.deliveries
      .find({ shopId, to: address, status: { $nin: [...UNSEEN_STATUSES] }, ...earlier('createdAt', before) })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .toArray(),
  ]);
  const messages: ThreadMessage[] = [
    ...received.map((row) => ({
      id: row.providerId,
      direction: 'in' as const,
      at: row.at,
      message: { text: row.text ?? row.choiceLabel ?? '', ...(row.file ? { file: row.file } : {}) },
      rowId: row._id.toHexString(),
    })),
    ...sent.map((row) => ({
      id: row._id.toHexString(),
      direction: 'out' as const,
      at: row.createdAt,
      message: row.message,
      rowId: row._id.toHexString(),
    })),
  ];
  return messages.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.rowId < b.rowId ? -1 : 1)).slice(-limit);
}

/** Messages of the same millisecond are told apart by their row. */
function earlier(field: 'at' | 'createdAt', before: Pick<ThreadMessage, 'at' | 'rowId'> | undefined): object {
  if (!before) return {};
  const same = { [field]: before.at, _id: { $lt: new Types.ObjectId(before.rowId) } };
  return { [field]: { $lte: before.at }, $or: [{ [field]: { $lt: before.at } }, same] };
}
