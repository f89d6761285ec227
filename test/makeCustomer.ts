import { Types } from 'mongoose';
import { searchWords } from '../core/customers/searchWords.ts';
import { type AddressKey, type Customer, parseAddress } from '../core/index.ts';

/** A customer as an import leaves it; `at` are the addresses. */
export function makeCustomer(
  shopId: Types.ObjectId,
  fields: Partial<Customer> & { at?: AddressKey[]; spent?: number; orders?: number } = {},
): Customer {
  const { at = [], spent = 0, orders = spent > 0 ? 1 : 0, ...rest } = fields;
  const addresses = at.map((key): Customer['addresses'][number] => {
    const { channel, value } = parseAddress(key) ?? { channel: 'web', value: key };
    return { key, channel, value, marketing: 'unknown', service: 'unknown' };
  });
  const now = new Date('2026-01-01T00:00:00Z');
  const customer: Customer = {
    _id: new Types.ObjectId(),
    shopId,
    searchWords: [],
    addresses,
    tags: [],
    figures: { orderCount: orders, totalSpent: spent, totalReturned: 0, firstOrderAt: null, lastOrderAt: null },
    createdAt: now,
    updatedAt: now,
    ...rest,
  };
  return { ...customer, searchWords: searchWords(customer) };
}
