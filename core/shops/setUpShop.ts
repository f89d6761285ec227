import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Language } from '../message.ts';
import { scheduleRefresh } from '../segments/scheduleRefresh.ts';
import type { BusinessHours } from './businessHours.ts';
import type { Country } from './countries.ts';
import type { Shop } from './shop.model.ts';
import { getShop } from './shops.ts';

/** What an owner may change about the shop. */
export interface ShopChange {
  name?: string;
  country?: Country;
  timeZone?: string;
  language?: Language;
  ready?: boolean;
  /** null: always */
  businessHours?: BusinessHours | null;
  awayTexts?: Shop['awayTexts'];
  doubleOptIn?: boolean;
  postalAddress?: string;
}

/** Changes the shop; a country brings its currency and its usual time zone. */
export async function setUpShop(core: Core, shopId: Types.ObjectId, change: ShopChange): Promise<Shop> {
  const { country, businessHours, ...rest } = change;
  const place = country && {
    country: country.code,
    currency: country.currency,
    timeZone: country.timeZones[0] ?? 'UTC',
  };
  const $set = { ...place, ...rest, ...(businessHours ? { businessHours } : {}) };
  // Prices are in the currency there was.
  const $unset: Partial<Record<keyof Shop, ''>> = {
    ...(country ? { prices: '' } : {}),
    ...(businessHours === null ? { businessHours: '' } : {}),
  };
  await core.db.shops.updateOne(
    { _id: shopId },
    {
      ...(Object.keys($set).length > 0 ? { $set } : {}),
      ...(Object.keys($unset).length > 0 ? { $unset } : {}),
    },
  );
  const shop = await getShop(core.db, shopId);
  if (place || change.timeZone) await scheduleRefresh(core, shop);
  return shop;
}

/** The language a member is answered in. */
export async function setMemberLanguage(
  core: Core,
  shopId: Types.ObjectId,
  memberId: Types.ObjectId,
  language: Language,
): Promise<void> {
  await core.db.members.updateOne({ shopId, _id: memberId }, { $set: { language } });
}
