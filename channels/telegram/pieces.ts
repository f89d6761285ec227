import { type Api, InlineKeyboard, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, ReplyKeyboardMarkup } from 'grammy/types';
import type { Choice, OutboundMessage, StoredFile } from '../../core/index.ts';
import { splitText } from '../splitText.ts';

/** Letters of a message and of a caption, UTF-16. */
const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
/** Most a bot may upload, bytes. */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
/** Letters of the labels that share a row. */
const ROW_LETTERS = 24;

/** One call of the Bot API that a message is made of. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'photo' | 'document'; readonly file: StoredFile; readonly caption: string };

/** A message as Telegram takes it: a short text is the caption of the last file, a long one follows in parts. */
export function piecesOf({ text, picture, file }: OutboundMessage): Piece[] {
  const files = [picture, file].filter((one) => one !== undefined);
  const caption = text.length <= MAX_CAPTION ? text : '';
  const media = files.map((one, index): Piece => {
    const kind = one === picture && one.size <= MAX_PHOTO_BYTES ? 'photo' : 'document';
    return { kind, file: one, caption: index === files.length - 1 ? caption : '' };
  });
  const rest = media.length > 0 && caption === text ? [] : splitText(text, MAX_TEXT);
  return [...media, ...rest.map((part): Piece => ({ kind: 'text', text: part }))];
}

/** Sends one piece; resolves to its message's id. */
export async function sendPiece(
  api: Api,
  chatId: number,
  piece: Piece,
  filePath: (id: string) => string,
  markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | undefined,
): Promise<number> {
  const buttons = markup ? { reply_markup: markup } : {};
  if (piece.kind === 'text') return (await api.sendMessage(chatId, piece.text, buttons)).message_id;
  const upload = uploadOf(piece.file, filePath);
  const options = { ...buttons, ...(piece.caption ? { caption: piece.caption } : {}) };
  const sent = await (piece.kind === 'photo'
    ? api.sendPhoto(chatId, upload, options)
    : api.sendDocument(chatId, upload, options));
  return sent.message_id;
}

/** Puts a picture with its caption in the place of what an earlier message showed. */
export async function editPicture(
  api: Api,
  chatId: number,
  messageId: number,
  { file, caption }: Extract<Piece, { kind: 'photo' | 'document' }>,
  filePath: (id: string) => string,
  markup: InlineKeyboardMarkup | undefined,
): Promise<void> {
  const media = { type: 'photo', media: uploadOf(file, filePath), caption } as const;
  await api.editMessageMedia(chatId, messageId, media, markup ? { reply_markup: markup } : {});
}

function uploadOf({ id, name }: StoredFile, filePath: (id: string) => string): InputFile {
  return new InputFile(filePath(id), headerSafe(name));
}

/** The name stands in a header line. */
function headerSafe(name: string): string {
  return name.replace(/[\p{Cc}";\\/]+/gu, '_');
}

/** The buttons under a message. */
export function markupOf(message: OutboundMessage): InlineKeyboardMarkup | ReplyKeyboardMarkup | undefined {
  if (message.choices?.length) return keyboardOf(message.choices);
  if (!message.phoneButton) return undefined;
  const button = { text: message.phoneButton, request_contact: true as const };
  return { keyboard: [[button]], resize_keyboard: true, one_time_keyboard: true };
}

/** Short labels share a row. */
export function keyboardOf(choices: readonly Choice[]): InlineKeyboardMarkup {
  const keyboard = new InlineKeyboard();
  let letters = 0;
  for (const { id, label } of choices) {
    if (letters > 0 && letters + label.length > ROW_LETTERS) {
      keyboard.row();
      letters = 0;
    }
    keyboard.text(label, id);
    letters += label.length;
  }
  return keyboard;
}
