import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Receipt } from '../message.ts';
import { type Attempt, DELIVERY_STATUSES, type Delivery, REACHED } from './delivery.model.ts';

const NOT_REACHED = DELIVERY_STATUSES.filter((status) => REACHED[status] === 'no');

/**
 * Writes down that what was given up on one channel, for another, has arrived after all: a row that has reached nobody
 * by its next channel is the former one's again and is not sent any more; on any other it is noted beside the attempt.
 */
export async function recordLateArrivals(
  core: Core,
  shopId: Types.ObjectId,
  receipts: readonly Receipt[],
): Promise<void> {
  const arrived = receipts.filter(({ status }) => status !== 'failed');
  const ids = arrived.map(({ providerId }) => providerId);
  if (ids.length === 0) return;
  const rows = await core.db.deliveries
    .find({ shopId, 'tried.providerId': { $in: ids } }, { projection: { tried: 1 } })
    .toArray();
  const writes = rows.flatMap(({ _id, tried = [] }) =>
    arrived.flatMap((receipt) => {
      const index = tried.findIndex(
        ({ channel, providerId }) => channel === receipt.channel && providerId === receipt.providerId,
      );
      const attempt = tried[index];
      return attempt ? lateWrites(_id, attempt, index, receipt) : [];
    }),
  );
  if (writes.length > 0) await core.db.deliveries.bulkWrite(writes, { ordered: true });
}

/** The second finds nothing where the first has taken the attempt off the list. */
function lateWrites(
  _id: Types.ObjectId,
  { channel, to, providerId, sentAt }: Attempt,
  index: number,
  { status, at }: Receipt,
): mongo.AnyBulkWriteOperation<Delivery>[] {
  const $set: Partial<Delivery> = {
    status,
    channel,
    to,
    ...(providerId ? { providerId } : {}),
    ...(sentAt ? { sentAt } : {}),
    ...(status === 'read' ? { readAt: at } : { deliveredAt: at }),
  };
  const $unset = { reason: '', notBefore: '', attempts: '', outsideWindow: '' } as const;
  const held = { _id, 'tried.providerId': providerId };
  return [
    {
      updateOne: {
        filter: { ...held, status: { $in: NOT_REACHED } },
        update: { $set, $unset, $pull: { tried: { channel } } },
      },
    },
    { updateOne: { filter: held, update: { $set: { [`tried.${index}.arrivedAt`]: at } } } },
  ];
}
