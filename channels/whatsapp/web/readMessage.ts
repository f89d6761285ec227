import { z } from 'zod';

/** What is used of a message; the library hands over whatever the page gave it. */
export const messageSchema = z.object({
  id: z.object({ _serialized: z.string() }),
  from: z.string(),
  to: z.string(),
  fromMe: z.boolean(),
  type: z.string(),
  body: z.string(),
  timestamp: z.number(),
  hasMedia: z.boolean(),
  isStatus: z.boolean().optional(),
  broadcast: z.boolean().optional(),
  isForwarded: z.boolean().optional(),
  deviceType: z.string(),
  _data: z.object({
    filename: z.string().optional(),
    mimetype: z.string().optional(),
    size: z.number().optional(),
    quotedStanzaID: z.string().optional(),
  }),
});
export type WhatsAppMessage = z.infer<typeof messageSchema>;

/** The kinds of messages that a person writes; the others are notes of the app's own. */
const WRITTEN = new Set([
  'chat',
  'image',
  'video',
  'audio',
  'ptt',
  'document',
  'sticker',
  'location',
  'vcard',
  'multi_vcard',
  'list_response',
  'buttons_response',
  'poll_creation',
]);

/** Whether a person wrote it, to us alone. */
export function isWritten({ type, isStatus, broadcast }: WhatsAppMessage): boolean {
  return WRITTEN.has(type) && !isStatus && !broadcast;
}

/** A name for a file: its own, or its kind and what its type is called (`image.jpeg`, `ptt.ogg`). */
export function fileNameOf({ type, _data }: WhatsAppMessage): string {
  if (_data.filename) return _data.filename;
  const kind = /^[\w-]+\/([\w-]+)/.exec(_data.mimetype ?? '')?.[1];
  return kind ? `${type}.${kind}` : type;
}
