import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import { bucketOf } from '../segments/sample.ts';
import { type Customer, NO_FIGURES } from './customer.model.ts';
import { newAddress } from './newAddress.ts';
import { searchWords } from './searchWords.ts';

/** The customer at this address; someone new who wrote first becomes one with nothing but the address, so that what they say has a place. */
export async function openCustomer(core: Core, shopId: Types.ObjectId, address: AddressKey): Promise<Customer> {
  const filter = { shopId, 'addresses.key': address };
  const found = await core.db.customers.findOne(filter);
  if (found) return found;
  try {
    const created = newcomer(core, shopId, address);
    await core.db.customers.insertOne(created);
    return created;
  } catch (error) {
    const other = await core.db.customers.findOne(filter);
    if (other) return other;
    throw error;
  }
}

function newcomer(core: Core, shopId: Types.ObjectId, key: AddressKey): Customer {
  const addresses = [newAddress(key)];
  const now = core.clock.now();
  const _id = new Types.ObjectId();
  return {
    _id,
    shopId,
    bucket: bucketOf(_id.toHexString()),
    searchWords: searchWords({ addresses }),
    addresses,
    tags: [],
    figures: NO_FIGURES,
    createdAt: now,
    updatedAt: now,
  };
}
