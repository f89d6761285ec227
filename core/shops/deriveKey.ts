import { createHmac } from 'node:crypto';
import type { Shop } from './shop.model.ts';

/** A key for one purpose, hex, from the secret that the shop has kept since it was opened. */
export function deriveKey(shop: Pick<Shop, 'tombstoneKey'>, purpose: 'file links' | 'opt-out links'): string {
  return createHmac('sha256', shop.tombstoneKey).update(`key for ${purpose}`).digest('hex');
}
