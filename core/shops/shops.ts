import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Shop } from './shop.model.ts';

/** The shop of this installation, made on the first start: Sri Lanka's settings until onboarding asks. */
export async function openShop(db: Database, clock: Clock): Promise<Shop> {
  const found = await db.shops.findOne({}, { sort: { createdAt: 1 } });
  if (found) return found;
  const shop: Shop = {
    _id: new Types.ObjectId(),
    name: null,
    country: 'LK',
    currency: 'LKR',
    timeZone: 'Asia/Colombo',
    language: 'en',
    ready: false,
    sendingHours: { from: 9, to: 19 },
    weeklyCap: 3,
    tombstoneKey: randomBytes(32).toString('hex'),
    createdAt: clock.now(),
  };
  await db.shops.insertOne(shop);
  return shop;
}

/** The shop with this id; `shop_not_ready` when there is none. */
export async function getShop(db: Pick<Database, 'shops'>, shopId: Types.ObjectId): Promise<Shop> {
  const shop = await db.shops.findOne({ _id: shopId });
  if (!shop) throw new KadeError('shop_not_ready');
  return shop;
}
