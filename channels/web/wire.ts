// The shapes of the API, shared by the server, the page and the terminal client; docs/web-channel.md explains them.
import type { ChannelName, Choice, Language, Role, StoredFile } from '../../core/index.ts';

/** A file to be fetched from `url`. */
export type WireFile = StoredFile & { readonly url: string };

/** A message of a thread; `in` is towards the shop. An `out` message with a known id replaces the earlier one. */
export interface WireMessage {
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** ISO 8601 */
  readonly at: string;
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly picture?: WireFile & { readonly alt: string };
  readonly file?: WireFile;
  /** a tapped choice, where its label is not known yet */
  readonly choiceId?: string;
  /** email on a phone */
  readonly subject?: string;
  /** on a phone: how far the carrier came */
  readonly status?: 'accepted' | 'delivered' | 'read' | 'failed';
}

export interface WireSession {
  readonly address: string;
  readonly name: string;
  readonly role: Role;
  readonly language: Language;
  readonly shop: string | null;
}

export interface WireHistory {
  readonly messages: readonly WireMessage[];
  /** give as `before` for the page before this one; null: this is the beginning */
  readonly older: string | null;
}

export interface WirePhone {
  readonly address: string;
  readonly channel: ChannelName;
  readonly value: string;
  /** the customer's, where one has this address */
  readonly name: string | null;
  readonly last: Pick<WireMessage, 'at' | 'text' | 'direction' | 'status'>;
}

export interface WirePhoneThread {
  readonly phone: Omit<WirePhone, 'last'>;
  readonly messages: readonly WireMessage[];
}

/** The answer to what was accepted: idle comes on the stream with an event id greater than `after`. */
export interface WireAccepted {
  readonly id: string;
  readonly address: string;
  readonly after: number;
}

export interface WireError {
  readonly code: string;
  readonly message: string;
}

/** The event stream, by event name. */
export interface WireEvents {
  /** first on every connection; `resumed: false`: what was missed is not told, fetch again */
  ready: { readonly resumed: boolean };
  message: WireMessage;
  idle: { readonly address: string };
  /** these phones changed; `more`: others too */
  phone: { readonly addresses: readonly string[]; readonly more: boolean };
}
