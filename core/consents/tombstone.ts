import { createHmac } from 'node:crypto';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';

/** What an erased person leaves behind: HMAC-SHA-256 under the shop's key of an address key or `id:<external id>`, hex. */
export function tombstoneHash(shop: Pick<Shop, 'tombstoneKey'>, identity: string): string {
  return createHmac('sha256', shop.tombstoneKey).update(identity).digest('hex');
}

/** What stands in an erased person's rows in place of their address: it tells the rows of one chain, and nobody. */
export function erasedAddress(shop: Pick<Shop, 'tombstoneKey'>, address: AddressKey): AddressKey {
  return address.startsWith(ERASED) ? address : `${ERASED}${tombstoneHash(shop, address)}`;
}

const ERASED = 'web:erased-';
