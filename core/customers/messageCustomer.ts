import type { Types } from 'mongoose';
import { canMessage, type Refusal } from '../consents/canMessage.ts';
import type { Core } from '../core.ts';
import { reply } from '../deliveries/deliver.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import { findClosedWindows } from '../inbox/findClosedWindows.ts';
import { findLastVia } from '../inbox/findLastVia.ts';
import type { AddressKey, Choice, StoredFile } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Customer, CustomerAddress } from './customer.model.ts';

/** The addresses where a member may write to a customer in person now: their channel is on and the gate lets `service` through. */
export function reachableAddresses(core: Core, shop: Shop, customer: Customer): CustomerAddress[] {
  return customer.addresses.filter(
    ({ key, channel }) => core.channels.has(channel) && refusalOf(core, shop, customer, key) === null,
  );
}

/** Sends one personal `service` message; the gate is asked again just before. */
export async function messageCustomer(
  core: Core,
  shop: Shop,
  message: {
    customerId: Types.ObjectId;
    to: AddressKey;
    text: string;
    choices?: readonly Choice[];
    file?: StoredFile;
    memberId?: Types.ObjectId;
  },
): Promise<Delivery | { refused: Refusal }> {
  const { customerId, to, text, choices, file, memberId } = message;
  const customer = await core.db.customers.findOne({ shopId: shop._id, _id: customerId });
  // Who was heard as a linked device's contact is answered there, where nothing closes.
  const via = await findLastVia(core, shop._id, to);
  const closedWindows = via === 'web' ? undefined : await findClosedWindows(core, shop._id, [to]);
  const refused = refusalOf(core, shop, customer, to, closedWindows);
  if (refused) return { refused };
  const from = memberId ? { memberId } : {};
  const more = { ...(choices ? { choices } : {}), ...(file ? { file } : {}) };
  return reply(core, { shopId: shop._id, to, customerId, ...from }, { text, ...more });
}

function refusalOf(
  core: Core,
  shop: Shop,
  customer: Customer | null,
  to: AddressKey,
  closedWindows: ReadonlySet<AddressKey> = new Set(),
): Refusal | null {
  const answer = canMessage(customer, to, 'service', core.clock.now(), { shop, sentThisWeek: 0, closedWindows });
  return answer.ok ? null : answer.reason;
}
