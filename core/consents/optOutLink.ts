import { createHmac, timingSafeEqual } from 'node:crypto';
import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import { deriveKey } from '../shops/deriveKey.ts';
import type { Shop } from '../shops/shop.model.ts';
import { stopAddress } from './stopAddress.ts';

/** Bytes of a delivery's id, and of its signature in the token. */
const ID_BYTES = 12;
const SIGNATURE_BYTES = 6;

/** What reads links in an SMS leaves out a dash at the end: so none ends in one. It stands for no byte. */
const END = '0';

/** Where on our server the person whom a delivery went to leaves the list: short, signed, nothing stored; `/o/` and 25 letters. */
export function optOutPath(shop: Pick<Shop, 'tombstoneKey'>, deliveryId: Types.ObjectId): string {
  const id = Buffer.from(deliveryId.toHexString(), 'hex');
  return `/o/${Buffer.concat([id, sign(shop, id)]).toString('base64url')}${END}`;
}

function sign(shop: Pick<Shop, 'tombstoneKey'>, id: Buffer): Buffer {
  return createHmac('sha256', deriveKey(shop, 'opt-out links')).update(id).digest().subarray(0, SIGNATURE_BYTES);
}

/** The delivery of a token; null: it was not made here, or its delivery is gone. */
export async function findOptOut(core: Core, shop: Shop, token: string): Promise<Delivery | null> {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== ID_BYTES + SIGNATURE_BYTES) return null;
  const id = bytes.subarray(0, ID_BYTES);
  if (!timingSafeEqual(bytes.subarray(ID_BYTES), sign(shop, id))) return null;
  return core.db.deliveries.findOne({ _id: new Types.ObjectId(id.toString('hex')), shopId: shop._id });
}

/** The person whom a delivery went to has left the list by its link. May be repeated. */
export async function optOutByLink(core: Core, { _id, shopId, to }: Delivery): Promise<void> {
  const customer = await core.db.customers.findOne({ shopId, 'addresses.key': to });
  if (!customer || customer.addresses.some(({ key, stopped }) => key === to && stopped)) return;
  const at = core.clock.now();
  // Who has come back by START may leave by the same link once more.
  const evidenceId = `${_id.toHexString()}.${at.getTime().toString(36)}`;
  await stopAddress(core, customer, to, { source: 'link', words: 'link', evidenceId });
  await core.db.deliveries.updateOne({ _id, shopId }, { $set: { optedOutAt: at } });
}
