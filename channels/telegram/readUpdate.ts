import { z } from 'zod';
import type { AddressKey, InboundMessage, Signal } from '../../core/index.ts';

/** The kinds of updates that are asked for. */
export const UPDATES = ['message', 'callback_query', 'my_chat_member'] as const;

const id = z.number().int();
const chat = z.object({ id, type: z.string() });
const person = z.object({ id });
const file = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
});
const message = z.object({
  message_id: id,
  date: id,
  chat,
  from: person.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  forward_origin: z.unknown().optional(),
  reply_to_message: z.object({ message_id: id }).optional(),
  contact: z.object({ phone_number: z.string(), user_id: id.optional() }).optional(),
  sticker: z.object({ emoji: z.string().optional() }).optional(),
  photo: z.array(file).optional(),
  document: file.optional(),
  video: file.optional(),
  audio: file.optional(),
  voice: file.optional(),
  video_note: file.optional(),
});
/** What every update has, whatever else it may be. */
export const idSchema = z.object({ update_id: id });
/** What is used of an update; fields that Telegram adds do not matter. */
export const updateSchema = z.object({
  update_id: id,
  message: message.optional(),
  callback_query: z
    .object({ id: z.string(), from: person, data: z.string().optional(), message: z.object({ chat }).optional() })
    .optional(),
  my_chat_member: z
    .object({ chat, from: person, date: id, new_chat_member: z.object({ status: z.string() }) })
    .optional(),
});
type Update = z.infer<typeof updateSchema>;
type Message = z.infer<typeof message>;

/** A file at Telegram; `size` in bytes where it is told. */
export interface Attachment {
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
}

/** What a person did in their chat with the bot, its file not fetched yet. */
export type Received = Pick<InboundMessage, 'from' | 'text' | 'choiceId' | 'signal'> & {
  /** s since 1970; absent for taps, which Telegram does not date */
  readonly date?: number;
  readonly attachment?: Attachment;
  /** Telegram's id of the message that it answers */
  readonly repliedTo?: number;
  /** of a tap, to be answered */
  readonly tapId?: string;
};

/** What an update says; null for one that is no private matter between a person and the bot. */
export function readUpdate({ message, callback_query: tap, my_chat_member: change }: Update): Received | null {
  if (message) return message.chat.type === 'private' && message.from ? readMessage(message, message.from.id) : null;
  if (tap) {
    if (tap.data === undefined || tap.message?.chat.type !== 'private') return null;
    return { from: addressOf(tap.from.id), choiceId: tap.data, tapId: tap.id };
  }
  if (change?.chat.type !== 'private' || change.new_chat_member.status !== 'kicked') return null;
  return { from: addressOf(change.from.id), date: change.date, signal: { kind: 'blocked' } };
}

function addressOf(personId: number): AddressKey {
  return `telegram:${personId}`;
}

function readMessage(message: Message, personId: number): Received {
  const { date, contact, caption } = message;
  const repliedTo = message.reply_to_message?.message_id;
  const base = { from: addressOf(personId), date, ...(repliedTo === undefined ? {} : { repliedTo }) };
  const forwarded = message.forward_origin !== undefined;
  const attachment = attachmentOf(message);
  if (attachment) return { ...base, attachment, ...(caption && !forwarded ? { text: caption } : {}) };
  if (contact) return { ...base, signal: readContact(contact, personId) };
  const text = message.text ?? message.sticker?.emoji ?? '…';
  if (forwarded) return { ...base, text, signal: { kind: 'refused', code: 'forwarded' } };
  return { ...base, ...readText(text) };
}

/** Anyone can pass on another's contact. */
function readContact(contact: NonNullable<Message['contact']>, personId: number): Signal {
  if (contact.user_id !== personId) return { kind: 'refused', code: 'contact_not_own' };
  return { kind: 'phone', phone: `+${contact.phone_number.replace(/\D/g, '')}` };
}

/** `/start` is the button that everyone taps first, and what a link says; any other command may name the bot behind an @. */
function readText(text: string): Pick<Received, 'text' | 'signal'> {
  const start = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(text);
  if (start) return { signal: { kind: 'opened', ...(start[1] ? { token: start[1] } : {}) } };
  return { text: text.replace(/^(\/\w+)@\w+/, '$1') };
}

function attachmentOf(message: Message): Attachment | null {
  const photo = message.photo?.at(-1);
  if (photo) return { ...described(photo), name: `photo-${message.message_id}.jpg`, mimeType: 'image/jpeg' };
  const kind = (['document', 'video', 'audio', 'voice', 'video_note'] as const).find((one) => message[one]);
  const held = kind && message[kind];
  return held ? { ...described(held), name: nameOf(held.file_name) ?? `${kind}-${message.message_id}` } : null;
}

function described({ file_id, mime_type, file_size }: z.infer<typeof file>): Omit<Attachment, 'name'> {
  return { fileId: file_id, mimeType: mime_type ?? 'application/octet-stream', size: file_size ?? 0 };
}

function nameOf(name: string | undefined): string | undefined {
  return name?.replace(/[\p{Cc}/\\]+/gu, '_').slice(0, 255) || undefined;
}
