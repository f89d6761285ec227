import { type AddressKey, parseAddress } from '../message.ts';
import type { CustomerAddress } from './customer.model.ts';

/** An address of which no consent is known yet. */
export function newAddress(key: AddressKey): CustomerAddress {
  const { channel, value } = parseAddress(key) ?? { channel: 'web', value: key };
  return { key, channel, value, marketing: 'unknown', service: 'unknown' };
}
