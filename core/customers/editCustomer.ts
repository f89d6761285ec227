import type { mongo, Types } from 'mongoose';
import { recordConsents, settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { followChanges } from '../segments/followChanges.ts';
import type { Shop } from '../shops/shop.model.ts';
import { type Customer, type CustomerAddress, TOPICS } from './customer.model.ts';
import { type AddressField, type CustomerEdit, channelsOf, isAddressField, storedValue } from './customerFields.ts';
import { getCustomer } from './getCustomer.ts';
import { newAddress } from './newAddress.ts';
import { searchWords } from './searchWords.ts';

const ATTEMPTS = 10;

/**
 * Writes a correction. A new phone or email takes the place of the old one and keeps its refusals, never its grants;
 * `address_taken` when another customer has it. May be repeated.
 */
export async function editCustomer(
  core: Core,
  shop: Pick<Shop, '_id' | 'customFields' | 'timeZone'>,
  customerId: Types.ObjectId,
  edit: CustomerEdit,
  memberId: Types.ObjectId,
): Promise<Customer> {
  const { _id: shopId } = shop;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const customer = await getCustomer(core, shopId, customerId);
    const addresses = isAddressField(edit.field) ? withAddress(customer, edit.field, edit.value) : customer.addresses;
    if (!(await write(core, shop, customer, addresses, edit))) continue;
    await carryRefusals(core, customer, addresses, memberId);
    void followChanges(core, shopId, [customerId], ['profile', 'messages']);
    return getCustomer(core, shopId, customerId);
  }
  throw new Error('The customer was changed again and again meanwhile');
}

/** False, with nothing written, when the addresses are no longer those that were read: a STOP may have come between. */
async function write(
  core: Core,
  shop: Pick<Shop, 'customFields' | 'timeZone'>,
  customer: Customer,
  addresses: CustomerAddress[],
  edit: CustomerEdit,
): Promise<boolean> {
  const { _id, shopId } = customer;
  const name = edit.field === 'name' ? (edit.value ?? undefined) : customer.name;
  const $set = {
    ...(isAddressField(edit.field) || edit.value === null
      ? {}
      : { [edit.field]: storedValue(shop, edit.field, edit.value) }),
    ...(isAddressField(edit.field) ? { addresses } : {}),
    searchWords: searchWords({ ...customer, name, addresses }),
    updatedAt: core.clock.now(),
  };
  const $unset = edit.value === null && !isAddressField(edit.field) ? { $unset: { [edit.field]: '' } } : {};
  const filter = { shopId, _id, addresses: { $eq: customer.addresses } };
  try {
    const update = { $set, ...$unset } as mongo.UpdateFilter<Customer>;
    return (await core.db.customers.updateOne(filter, update)).matchedCount > 0;
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error;
    throw new KadeError('address_taken', { address: edit.value ?? '' }, { cause: error });
  }
}

/** The addresses with this one in place of those of its field; one that is there already keeps its consent. */
function withAddress(customer: Customer, field: AddressField, value: string | null): CustomerAddress[] {
  const channels = channelsOf(field);
  const others = customer.addresses.filter((address) => !channels.includes(address.channel));
  if (value === null) return others;
  const added = channels.map((channel): CustomerAddress => {
    const key = `${channel}:${value}` as const;
    return customer.addresses.find((address) => address.key === key) ?? newAddress(key);
  });
  return [...others, ...added];
}

/** Who refused on the old address has refused on the new one; a STOP stays one that START lifts. */
async function carryRefusals(
  core: Core,
  before: Customer,
  after: CustomerAddress[],
  memberId: Types.ObjectId,
): Promise<void> {
  const added = after.filter((address) => !before.addresses.some((one) => one.key === address.key));
  const changes = added.flatMap((address) =>
    before.addresses
      .filter((old) => old.channel === address.channel)
      .flatMap((old) =>
        TOPICS.filter((topic) => old[topic] === 'denied').map((topic) => ({
          customerId: before._id,
          address: address.key,
          topic,
          state: 'denied' as const,
          source: old.stopped && topic === 'marketing' ? ('keyword' as const) : ('member' as const),
          words: old.key,
          evidenceId: memberId.toHexString(),
        })),
      ),
  );
  await recordConsents(core, before.shopId, changes);
  // The ledger may know the new address.
  if (after.length)
    await settleConsents(
      core,
      before.shopId,
      after.map((address) => address.key),
    );
}
