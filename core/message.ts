import type { ErrorCode, ErrorParams } from './errors.ts';
import type { IncidentKind } from './incidents/incident.model.ts';

/** The channels a person is reached by. */
export const CHANNELS = ['web', 'sms', 'whatsapp', 'telegram', 'email'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Channel and value in one string, `sms:+94771234567`: unique per shop. */
export type AddressKey = `${ChannelName}:${string}`;

export const LANGUAGES = ['en', 'si', 'ta'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A file kept by core/files; `id` is its handle in messages and URLs. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  /** bytes */
  readonly size: number;
}

/** A button, or a numbered line where a channel has no buttons. `id` is at most 64 bytes (Telegram's callback_data). */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

/** The ways by which one channel may reach a person: WhatsApp through Twilio, or as a linked device. */
export type Via = 'twilio' | 'web';

/** A text that the provider has checked, `Hi {{1}}, …`: the only one that WhatsApp takes for who has not written for 24 hours. */
export interface MessageTemplate {
  /** the provider's */
  readonly id: string;
  readonly name: string;
  /** as the provider writes it, `en_US` */
  readonly language: string;
  readonly status: 'approved' | 'pending' | 'rejected' | 'unsubmitted';
  /** why it was rejected, in the provider's words */
  readonly reason?: string;
  readonly body: string;
  /** what stands in its braces, `1` */
  readonly variables: readonly string[];
}

/** A template as one person gets it. */
export interface FilledTemplate {
  readonly id: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A channel-neutral message out. `picture` is a PNG with `alt` for those who cannot see it. */
export interface OutboundMessage {
  readonly text: string;
  readonly choices?: readonly Choice[];
  readonly picture?: StoredFile & { readonly alt: string };
  readonly file?: StoredFile;
  /** email only */
  readonly subject?: string;
  /** email only: who sends a campaign's mail, in lines, and what its link to leave the list is called */
  readonly optOut?: { readonly sender: string; readonly words: string };
  /** Telegram only: a button, so labelled, by which a person shares their own number */
  readonly phoneButton?: string;
  /** WhatsApp only: goes instead of the text, which says the same */
  readonly template?: FilledTemplate;
}

/** What a person did other than write, tap or send a file. */
export type Signal =
  /** pressed the app's start button; `token` came with the link that led there */
  | { readonly kind: 'opened'; readonly token?: string }
  /** shut the shop out of this address */
  | { readonly kind: 'blocked' }
  /** shared their own number, proven by the app */
  | { readonly kind: 'phone'; readonly phone: string }
  /** nobody vouches that it came from this address: of what it says only a STOP counts */
  | { readonly kind: 'unproven' }
  /** sent what is not taken, for this reason; text beside it is not theirs to be obeyed */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly params?: ErrorParams };

/** What a person sent: text, a tapped choice, a file already streamed to disk, or a signal. `id` is the provider's, used to drop repeats. */
export interface InboundMessage {
  readonly id: string;
  readonly from: AddressKey;
  readonly at: Date;
  /** where a channel has several ways: the one it came by */
  readonly via?: Via;
  readonly text?: string;
  readonly choiceId?: string;
  readonly file?: StoredFile;
  readonly signal?: Signal;
  /** the provider has answered it itself, as Twilio does a STOP: an answer of ours would be a second one */
  readonly answered?: true;
  /** the provider's id of the message of ours that it answers, where the app tells */
  readonly replyTo?: string;
}

/** What became of one send: exactly one of these. `unknown`: the request left, no answer came. */
export type SendOutcome =
  | { readonly status: 'sent'; readonly providerId: string }
  /** `optOut`: the person has shut us out there, says the provider; `incident`: it is not about this message, the owner must mend it */
  | { readonly status: 'failed'; readonly reason: string; readonly optOut?: true; readonly incident?: IncidentKind }
  | { readonly status: 'retry'; readonly afterMs: number; readonly reason: string; readonly incident?: IncidentKind }
  | { readonly status: 'unknown'; readonly reason: string };

/** A provider's later word on a message it accepted. */
export interface Receipt {
  readonly channel: ChannelName;
  readonly providerId: string;
  /** our id, where the provider gives it back: it settles a row whose answer never came */
  readonly deliveryId?: string;
  readonly status: 'delivered' | 'read' | 'failed';
  readonly reason?: string;
  readonly at: Date;
}

/** Splits an address key into its channel and value. */
export function parseAddress(key: string): { channel: ChannelName; value: string } | null {
  const colon = key.indexOf(':');
  const channel = CHANNELS.find((name) => name === key.slice(0, colon));
  const value = key.slice(colon + 1);
  return channel && value ? { channel, value } : null;
}
