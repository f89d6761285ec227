import { type Core, type Customer, type Inbound, reply, type Shop } from '../core/index.ts';
import { translator } from './translate.ts';

/** Answers what a person who is no member wrote: STOP, START, HELP, FORGET ME; anything else is kept for the shop. */
export async function answerCustomer(
  core: Core,
  shop: Shop,
  inbound: Inbound,
  customer: Customer | null,
): Promise<void> {
  const t = translator(customer?.language ?? shop.language);
  await reply(
    core,
    { shopId: shop._id, to: inbound.from, ...(customer ? { customerId: customer._id } : {}) },
    { text: t('customer.received', { shop: shop.name ?? '' }) },
  );
}
