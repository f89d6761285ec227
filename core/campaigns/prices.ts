import { phoneCountry } from '../customers/phoneCountry.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import { PRICED_CHANNELS, type PricedChannel, type Shop } from '../shops/shop.model.ts';

type PricedShop = Pick<Shop, 'country' | 'currency' | 'prices'>;

/**
 * Estimates by the shop's currency, minor units, until the shop says what its provider charges. LKR: 0.75 a part is
 * what Sri Lankan bulk routes ask in 2026; WhatsApp and email are Twilio's and SendGrid's dollar prices, rounded.
 */
const ESTIMATES: Readonly<Record<string, Readonly<Record<PricedChannel, number>>>> = {
  AED: { sms: 12, whatsapp: 15, email: 0.4 },
  AUD: { sms: 8, whatsapp: 11, email: 0.15 },
  BDT: { sms: 45, whatsapp: 900, email: 12 },
  CAD: { sms: 2, whatsapp: 5, email: 0.14 },
  EUR: { sms: 8, whatsapp: 10, email: 0.1 },
  GBP: { sms: 4, whatsapp: 5, email: 0.08 },
  INR: { sms: 20, whatsapp: 90, email: 9 },
  LKR: { sms: 75, whatsapp: 2200, email: 30 },
  MVR: { sms: 40, whatsapp: 115, email: 1.5 },
  MYR: { sms: 15, whatsapp: 40, email: 0.45 },
  NPR: { sms: 150, whatsapp: 1000, email: 14 },
  PKR: { sms: 300, whatsapp: 1500, email: 28 },
  SGD: { sms: 6, whatsapp: 10, email: 0.13 },
  USD: { sms: 1, whatsapp: 3, email: 0.1 },
};

/** What a message to a country costs: an SMS part, a message elsewhere; minor units, fractions kept. */
export interface Price {
  readonly channel: PricedChannel;
  readonly country: string;
  readonly price: number;
  /** not the shop's own word */
  readonly estimated: boolean;
}

/** The price of a message to a country; null where nobody knows: an estimate is for the shop's own country only. */
export function priceOf(shop: PricedShop, channel: PricedChannel, country: string): Price | null {
  const own = shop.prices?.[channel]?.[country];
  if (own !== undefined) return { channel, country, price: own, estimated: false };
  const estimate = country === shop.country ? ESTIMATES[shop.currency]?.[channel] : undefined;
  return estimate === undefined ? null : { channel, country, price: estimate, estimated: true };
}

/** Every price that is known, the shop's own country first. */
export function listPrices(shop: PricedShop): Price[] {
  return PRICED_CHANNELS.flatMap((channel) => {
    const others = Object.keys(shop.prices?.[channel] ?? {}).filter((country) => country !== shop.country);
    return [shop.country, ...others.sort()].flatMap((country) => priceOf(shop, channel, country) ?? []);
  });
}

/** What a message costs in minor units (fractions kept) of the shop's currency, by its number's country; null where no price is known. Own channels are free. */
export function messageCost(shop: PricedShop, address: AddressKey, parts: number): number | null {
  const country = pricedCountry(shop, address);
  if (country === null) return null;
  const { channel } = parseAddress(address) ?? {};
  if (channel !== 'sms' && channel !== 'whatsapp' && channel !== 'email') return 0;
  const found = priceOf(shop, channel, country);
  return found && found.price * (channel === 'sms' ? parts : 1);
}

/** The country whose price an address has: a mailbox is in none, and costs what it costs at home. */
export function pricedCountry(shop: PricedShop, address: AddressKey): string | null {
  const { channel, value = '' } = parseAddress(address) ?? {};
  return channel === 'sms' || channel === 'whatsapp' ? phoneCountry(value) : shop.country;
}
