import type { AddressKey, Choice, OutboundMessage } from '../core/index.ts';

/** A customer's phone as the carrier sees it. */
export interface Phone {
  address: AddressKey;
  messages: PhoneMessage[];
}

export interface PhoneMessage {
  id: string;
  /** `in`: to the shop, written on this phone */
  direction: 'in' | 'out';
  at: Date;
  text: string;
  choices: readonly Choice[];
  picture?: OutboundMessage['picture'];
  file?: OutboundMessage['file'];
  status: 'accepted' | 'delivered' | 'read' | 'failed';
}

/** The phones that the page shows: the sandbox carrier's. */
export interface Phones {
  /** the phones written to most lately */
  list(limit: number): Phone[];
  get(address: AddressKey): Phone | null;
  /** Someone types on that phone. Resolves when Kade has answered. */
  answer(address: AddressKey, text: string): Promise<void>;
  onChange(listener: (phone: Phone) => void): () => void;
}
