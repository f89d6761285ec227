import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import type { AddressStanding, CustomerAddress } from './customer.model.ts';
import { getCustomer } from './getCustomer.ts';

/** Notes what a provider tells of an address; what is older than what is known changes nothing. May be repeated. */
export async function markStanding(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
  { state, at }: AddressStanding,
): Promise<void> {
  const holder = await core.db.customers.findOne({ shopId, 'addresses.key': address });
  const known = holder?.addresses.find(({ key }) => key === address)?.standing;
  if (!holder || (known && known.at >= at)) return;
  await core.db.customers.updateOne(
    { shopId, 'addresses.key': address },
    { $set: { 'addresses.$.standing': { state, at } } },
  );
  void followChanges(core, shopId, [holder._id], ['messages']);
}

/** Whether a provider told of an address what keeps the shop from writing there. */
export function isShut({ standing }: Pick<CustomerAddress, 'standing'>): boolean {
  return standing !== undefined && standing.state !== 'good';
}

/** A member lifts what a provider told of a customer's addresses: they are written to again, by the provider too. Resolves to those lifted. */
export async function readmitAddresses(
  core: Core,
  shopId: Types.ObjectId,
  customerId: string | Types.ObjectId,
): Promise<AddressKey[]> {
  const { addresses } = await getCustomer(core, shopId, customerId);
  const shut = addresses.filter(isShut);
  for (const { key, channel, value } of shut) {
    await core.channels.get(channel)?.readmit?.(value);
    await markStanding(core, shopId, key, { state: 'good', at: core.clock.now() });
  }
  return shut.map(({ key }) => key);
}
