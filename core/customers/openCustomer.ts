import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { findMergeHolding } from '../merges/findMerged.ts';
import { finishMerge } from '../merges/finishMerge.ts';
import { undoMerge } from '../merges/undoMerge.ts';
import type { AddressKey } from '../message.ts';
import { bucketOf } from '../segments/sample.ts';
import { type Customer, NO_FIGURES } from './customer.model.ts';
import { findByNumber, joinAddresses } from './joinAddress.ts';
import { newAddress } from './newAddress.ts';
import { searchWords } from './searchWords.ts';

/**
 * The customer at this address, or with this number on another channel; someone new who wrote first becomes a provisional
 * one with nothing but the address, so that what they say has a place.
 */
export async function openCustomer(core: Core, shopId: Types.ObjectId, address: AddressKey): Promise<Customer> {
  const filter = { shopId, 'addresses.key': address };
  const found = await core.db.customers.findOne(filter);
  if (found) return found;
  const merge = await findMergeHolding(core, shopId, address);
  if (merge) await (merge.state === 'merging' ? finishMerge(core, merge) : undoMerge(core, shopId, merge._id));
  try {
    const known = await findByNumber(core, shopId, address);
    if (known) return await joinAddresses(core, known, [address], 'number');
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
    provisional: true,
    bucket: bucketOf(_id.toHexString()),
    searchWords: searchWords({ addresses }),
    addresses,
    tags: [],
    figures: NO_FIGURES,
    createdAt: now,
    updatedAt: now,
  };
}
