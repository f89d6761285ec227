import { createHmac } from 'node:crypto';
import type { Shop } from '../shops/shop.model.ts';

/** What an erased person leaves behind: HMAC-SHA-256 under the shop's key of an address key or `id:<external id>`, hex. */
export function tombstoneHash(shop: Pick<Shop, 'tombstoneKey'>, identity: string): string {
  return createHmac('sha256', shop.tombstoneKey).update(identity).digest('hex');
}
