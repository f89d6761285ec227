import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { PricedChannel } from './shop.model.ts';

/** Notes what a message to a country costs the shop: minor units, fractions kept; null: the shop's own word is taken back. */
export async function setPrice(
  core: Core,
  shopId: Types.ObjectId,
  channel: PricedChannel,
  country: string,
  price: number | null,
): Promise<void> {
  const field = `prices.${channel}.${country}`;
  await core.db.shops.updateOne(
    { _id: shopId },
    price === null ? { $unset: { [field]: '' } } : { $set: { [field]: price } },
  );
}
