import { type AddressKey, type Choice, type OutboundMessage, parseAddress } from '../core/index.ts';

/** A customer's phone as the carrier sees it. */
export interface Phone {
  readonly address: AddressKey;
  /** oldest first; the carrier keeps the latest only */
  readonly messages: PhoneMessage[];
}

export interface PhoneMessage {
  readonly id: string;
  /** `in`: to the shop, written on this phone */
  readonly direction: 'in' | 'out';
  readonly at: Date;
  readonly text: string;
  /** email only */
  readonly subject?: string;
  readonly choices: readonly Choice[];
  readonly picture?: OutboundMessage['picture'];
  readonly file?: OutboundMessage['file'];
  status: 'accepted' | 'delivered' | 'read' | 'failed';
}

/** The phones that the page shows: the sandbox carrier's. */
export interface Phones {
  /** the phones active most lately, latest first */
  list(limit: number): Phone[];
  get(address: AddressKey): Phone | null;
  /** Whether it is for the page to speak as that phone: not where a true provider reaches it. */
  serves(address: AddressKey): boolean;
  /** Someone types on that phone (see isPhoneAddress); the message is with Kade when this returns, the promise resolves when Kade has answered. */
  answer(address: AddressKey, text: string): Promise<void>;
  /** Called at every change of a phone; returns the way to stop it. */
  onChange(listener: (phone: Phone) => void): () => void;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/;

/** Whether a carrier can reach it: a number in E.164 for `sms:` and `whatsapp:`, an email address. */
export function isPhoneAddress(address: string): address is AddressKey {
  const parsed = parseAddress(address);
  if (parsed?.channel === 'sms' || parsed?.channel === 'whatsapp') return E164.test(parsed.value);
  return parsed?.channel === 'email' && EMAIL.test(parsed.value);
}
