import type { ChannelName } from '../message.ts';

/** Minor units of a currency for an SMS part, a WhatsApp message and an email. */
type Price = Readonly<Record<'sms' | 'whatsapp' | 'email', number>>;

/**
 * Estimates, to be replaced by what the shop's provider charges: the sandbox carrier bills nothing. LKR: 0.75 a part is
 * what Sri Lankan bulk routes ask in 2026; WhatsApp and email are Twilio's and SendGrid's dollar prices, rounded.
 */
const PRICES: Readonly<Record<string, Price>> = {
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

/** What a message costs in minor units (fractions kept) of the shop's currency; null where no price is known. Own channels are free. */
export function messageCost(channel: ChannelName, parts: number, currency: string): number | null {
  if (channel === 'telegram' || channel === 'web') return 0;
  const price = PRICES[currency]?.[channel];
  return price === undefined ? null : price * (channel === 'sms' ? parts : 1);
}
