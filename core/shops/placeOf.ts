import { countries } from 'countries-list';
import { type AddressKey, parseAddress } from '../message.ts';
import { countryOf } from './countries.ts';
import { QUIET_LAWS } from './quietLaws.ts';
import type { Shop } from './shop.model.ts';

/** Where a person is, as far as their address tells: their country and the clocks that count. */
export interface Place {
  readonly country: string;
  readonly zones: readonly string[];
  /** not the shop's own country */
  readonly abroad: boolean;
}

/** Whose a shared calling code is in the main. */
const MAIN: Readonly<Record<string, string>> = {
  1: 'US',
  7: 'RU',
  39: 'IT',
  44: 'GB',
  47: 'NO',
  61: 'AU',
  212: 'MA',
  262: 'RE',
  358: 'FI',
  590: 'GP',
  599: 'CW',
};
const LONGEST_CODE = 4;

const BY_CODE: ReadonlyMap<string, string> = new Map([
  ...Object.entries(countries).flatMap(([country, { phone }]) =>
    phone.map((code): [string, string] => [`${code}`, country]),
  ),
  ...Object.entries(MAIN),
]);
const abroad = new Map<string, Place>();

/** Where the person at an address is; who cannot be placed is at home with the shop. */
export function placeOf(shop: Pick<Shop, 'timeZone'> & Partial<Pick<Shop, 'country'>>, address?: AddressKey): Place {
  const country = address ? phoneCountry(address) : null;
  if (!country || !shop.country || country === shop.country)
    return { country: shop.country ?? '', zones: [shop.timeZone], abroad: false };
  const known = abroad.get(country);
  if (known) return known;
  const zones = QUIET_LAWS[country]?.zones ?? (countryOf(country)?.timeZones ?? [shop.timeZone]).slice(0, 1);
  const place = { country, zones, abroad: true };
  abroad.set(country, place);
  return place;
}

function phoneCountry(address: AddressKey): string | null {
  const { channel, value = '' } = parseAddress(address) ?? {};
  if ((channel !== 'sms' && channel !== 'whatsapp') || !value.startsWith('+')) return null;
  for (let length = LONGEST_CODE; length > 0; length--) {
    const country = BY_CODE.get(value.slice(1, 1 + length));
    if (country) return country;
  }
  return null;
}
