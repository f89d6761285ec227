import type { Types } from 'mongoose';
import { settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import type { Customer } from './customer.model.ts';
import { newAddress } from './newAddress.ts';
import { openCustomer } from './openCustomer.ts';
import { searchWords } from './searchWords.ts';

/**
 * An app vouches that whoever writes from `from` has this number (E.164). The address joins the customer with the
 * number; where nobody has it, the number joins the customer of the address. Two customers who are both more than an
 * address stay two. May be repeated.
 */
export async function linkPhone(
  core: Core,
  shopId: Types.ObjectId,
  from: AddressKey,
  phone: string,
): Promise<Customer> {
  const numbers: AddressKey[] = [`sms:${phone}`, `whatsapp:${phone}`];
  const owner = await core.db.customers.findOne({ shopId, 'addresses.key': { $in: numbers } });
  if (!owner) return addAddresses(core, await openCustomer(core, shopId, from), numbers);
  const writer = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  if (writer && !writer._id.equals(owner._id)) {
    if (!isBare(writer)) return writer;
    await absorb(core, writer, owner);
  }
  return addAddresses(core, owner, [from]);
}

/** Nothing but the one address that they wrote from. */
function isBare({ addresses, name, externalId, figures }: Customer): boolean {
  return addresses.length === 1 && !name && !externalId && figures.orderCount === 0;
}

/** What was said by, and to, one who turns out to be another. The customer goes first: an address is held once. */
async function absorb(core: Core, { _id, shopId }: Customer, owner: Customer): Promise<void> {
  await core.db.customers.deleteOne({ _id, shopId });
  const update = { $set: { customerId: owner._id } };
  await core.db.consents.updateMany({ shopId, customerId: _id }, update);
  await core.db.interactions.updateMany({ shopId, customerId: _id }, update);
  await core.db.inbound.updateMany({ shopId, customerId: _id }, update);
  await core.db.deliveries.updateMany({ shopId, customerId: _id }, update);
}

async function addAddresses(core: Core, customer: Customer, keys: readonly AddressKey[]): Promise<Customer> {
  const { _id, shopId } = customer;
  const missing = keys.filter((key) => !customer.addresses.some((held) => held.key === key)).map(newAddress);
  if (missing.length === 0) return customer;
  const addresses = [...customer.addresses, ...missing];
  await core.db.customers.updateOne(
    { _id, shopId, 'addresses.key': { $nin: missing.map(({ key }) => key) } },
    {
      $push: { addresses: { $each: missing } },
      $set: { searchWords: searchWords({ ...customer, addresses }), updatedAt: core.clock.now() },
    },
  );
  await settleConsents(core, shopId, keys);
  void followChanges(core, shopId, [_id], ['profile', 'messages']);
  return { ...customer, addresses };
}
