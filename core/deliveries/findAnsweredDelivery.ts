import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import { type Delivery, RECEIVED_STATUSES } from './delivery.model.ts';
import { findRepliedTo } from './findRepliedTo.ts';

const ANSWER_WITHIN_MS = 7 * 24 * 3600_000;

/** The campaign message that something a customer writes now is taken to answer: the one that it refers to, else the last one of 7 days. */
export async function findAnsweredDelivery(
  core: Core,
  { _id: customerId, shopId }: Pick<Customer, '_id' | 'shopId'>,
  { from, replyTo }: Pick<Inbound, 'from' | 'replyTo'>,
): Promise<Delivery | null> {
  const referred = replyTo === undefined ? null : await findRepliedTo(core, shopId, from, replyTo);
  if (referred?.topic === 'marketing') return referred;
  const since = new Date(core.clock.now().getTime() - ANSWER_WITHIN_MS);
  return core.db.deliveries.findOne(
    { shopId, customerId, topic: 'marketing', sentAt: { $gte: since }, status: { $in: [...RECEIVED_STATUSES] } },
    { sort: { sentAt: -1 } },
  );
}
