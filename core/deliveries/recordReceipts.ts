import { setImmediate } from 'node:timers/promises';
import { type mongo, Types } from 'mongoose';
import { scheduleFalls } from '../campaigns/scheduleFalls.ts';
import type { Core } from '../core.ts';
import type { Receipt } from '../message.ts';
import { type Delivery, statusesBefore } from './delivery.model.ts';
import { recordLateArrivals } from './recordLateArrivals.ts';
import { sendsInFlight } from './sendsInFlight.ts';

interface Batch {
  readonly receipts: Receipt[];
  readonly written: Promise<void>;
}
const gathering = new WeakMap<Core['db'], Map<string, Batch>>();

/** Writes down one receipt; those that come in the same moment are written together. */
export function recordReceipt(core: Core, shopId: Types.ObjectId, receipt: Receipt): Promise<void> {
  const batches = gathering.get(core.db) ?? new Map<string, Batch>();
  gathering.set(core.db, batches);
  const key = shopId.toHexString();
  const open = batches.get(key);
  if (open) {
    open.receipts.push(receipt);
    return open.written;
  }
  const receipts = [receipt];
  const written = setImmediate().then(() => {
    batches.delete(key);
    return recordReceipts(core, shopId, receipts);
  });
  batches.set(key, { receipts, written });
  return written;
}

/**
 * Writes down what providers say later, forward only: repeated, late and reordered receipts change nothing that is
 * known better. A receipt that overtakes the answer to its own send waits for it; one of nobody's message is dropped.
 */
export async function recordReceipts(core: Core, shopId: Types.ObjectId, receipts: readonly Receipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const { matchedCount } = await core.db.deliveries.bulkWrite(
    receipts.map((receipt) => receiptWrite(shopId, receipt)),
    { ordered: true },
  );
  const failed = receipts.filter(({ status }) => status === 'failed');
  if (failed.length > 0)
    await scheduleFalls(
      core,
      failed.map((receipt) => identityOf(shopId, receipt)),
    );
  if (matchedCount === receipts.length) return;
  await recordLateArrivals(core, shopId, receipts);
  const early = await findEarly(core, shopId, receipts);
  if (early.length === 0) return;
  await sendsInFlight(core.db).settled();
  await core.db.deliveries.bulkWrite(
    early.map((receipt) => receiptWrite(shopId, receipt)),
    { ordered: true },
  );
}

function receiptWrite(shopId: Types.ObjectId, receipt: Receipt): mongo.AnyBulkWriteOperation<Delivery> {
  const { status, reason, at, providerId } = receipt;
  const $set: Partial<Delivery> = {
    status,
    ...(status === 'failed' ? { reason: reason ?? 'carrier' } : {}),
    ...(status === 'delivered' ? { deliveredAt: at } : {}),
    ...(status === 'read' ? { readAt: at } : {}),
    ...(ownId(receipt) ? { providerId } : {}),
  };
  const filter: mongo.Filter<Delivery> = { ...identityOf(shopId, receipt), status: { $in: statusesBefore(status) } };
  return { updateOne: { filter, update: status === 'failed' ? { $set } : { $set, $unset: { reason: '' } } } };
}

function identityOf(shopId: Types.ObjectId, receipt: Receipt): mongo.Filter<Delivery> {
  const _id = ownId(receipt);
  return _id
    ? { _id, shopId, channel: receipt.channel }
    : { shopId, channel: receipt.channel, providerId: receipt.providerId };
}

function ownId({ deliveryId }: Receipt): Types.ObjectId | null {
  return deliveryId && Types.ObjectId.isValid(deliveryId) ? new Types.ObjectId(deliveryId) : null;
}

/** Receipts by a provider's id whose row has it not yet, or was given it since: what changed nothing because it is old news stays out. */
async function findEarly(core: Core, shopId: Types.ObjectId, receipts: readonly Receipt[]): Promise<Receipt[]> {
  const byProvider = receipts.filter((receipt) => !ownId(receipt));
  if (byProvider.length === 0) return [];
  const channels = [...new Set(byProvider.map(({ channel }) => channel))];
  const ids = byProvider.map(({ providerId }) => providerId);
  const rows = await core.db.deliveries
    .find(
      { shopId, channel: { $in: channels }, providerId: { $in: ids } },
      { projection: { channel: 1, providerId: 1, status: 1 } },
    )
    .toArray();
  const statuses = new Map(rows.map(({ channel, providerId, status }) => [`${channel} ${providerId}`, status]));
  return byProvider.filter(({ channel, providerId, status }) => {
    const held = statuses.get(`${channel} ${providerId}`);
    return held === undefined || statusesBefore(status).includes(held);
  });
}
