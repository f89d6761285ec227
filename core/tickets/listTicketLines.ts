import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type DeliveryStatus, UNSEEN_STATUSES } from '../deliveries/delivery.model.ts';
import type { AddressKey, StoredFile } from '../message.ts';
import { wordsOf } from './openTicket.ts';

/** One line between a customer and the shop. `customer` said it, `shop` answered (a member, a campaign), a member noted it. */
export interface TicketLine {
  from: 'customer' | 'shop' | 'note';
  at: Date;
  text: string;
  /** where it came in or went out */
  address?: AddressKey;
  file?: StoredFile;
  /** who answered or noted; absent: Kade itself */
  memberId?: Types.ObjectId;
  /** of an answer */
  status?: DeliveryStatus;
}

interface Customer {
  shopId: Types.ObjectId;
  customerId: Types.ObjectId;
}
/** With the id of its row: an app that tells seconds only has many of the same. */
type Row = TicketLine & { _id: Types.ObjectId };

/** The latest `limit` lines between a customer and the shop, oldest first. */
export async function listTicketLines(core: Core, query: Customer & { limit: number }): Promise<TicketLine[]> {
  const { shopId, customerId, limit } = query;
  const about = { shopId, customerId };
  const sent = core.db.deliveries
    .find({ ...about, status: { $nin: [...UNSEEN_STATUSES] } })
    .sort({ createdAt: -1 })
    .limit(limit)
    .map(({ _id, createdAt: at, message: { text, file }, to: address, memberId, status }): Row => {
      const by = memberId ? { memberId } : {};
      return { _id, from: 'shop', at, text, address, status, ...by, ...(file ? { file } : {}) };
    });
  const noted = core.db.interactions
    .find({ ...about, type: { $ne: 'message' } })
    .sort({ at: -1 })
    .limit(limit)
    .map(({ _id, at, text, memberId }): Row => ({ _id, from: 'note', at, text, ...(memberId ? { memberId } : {}) }));
  const rows = await Promise.all([received(core, about, limit), sent.toArray(), noted.toArray()]);
  return inOrder(rows.flat()).slice(-limit);
}

/** What a customer wrote from `since` on, the latest `limit`, oldest first. */
export async function listWritten(core: Core, query: Customer & { since: Date; limit: number }): Promise<TicketLine[]> {
  const { shopId, customerId, since, limit } = query;
  return inOrder(await received(core, { shopId, customerId, at: { $gte: since } }, limit));
}

async function received(core: Core, filter: Customer & { at?: { $gte: Date } }, limit: number): Promise<Row[]> {
  const rows = await core.db.inbound.find(filter).sort({ at: -1 }).limit(limit).toArray();
  return rows.map((row) => {
    const { _id, at, from: address, file } = row;
    return { _id, from: 'customer', at, text: wordsOf(row), address, ...(file ? { file } : {}) };
  });
}

function inOrder(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.at.getTime() - b.at.getTime() || (a._id.toHexString() < b._id.toHexString() ? -1 : 1));
}
