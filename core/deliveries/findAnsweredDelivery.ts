import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type Delivery, RECEIVED_STATUSES } from './delivery.model.ts';

const ANSWER_WITHIN_MS = 7 * 24 * 3600_000;

/** The campaign message that something a customer writes now is taken to answer: the last one of 7 days. */
export async function findAnsweredDelivery(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
): Promise<Delivery | null> {
  const since = new Date(core.clock.now().getTime() - ANSWER_WITHIN_MS);
  return core.db.deliveries.findOne(
    { shopId, customerId, topic: 'marketing', sentAt: { $gte: since }, status: { $in: [...RECEIVED_STATUSES] } },
    { sort: { sentAt: -1 } },
  );
}
