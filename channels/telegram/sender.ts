import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { OutboundMessage, SendOutcome } from '../../core/index.ts';
import { EditPace } from '../editPace.ts';
import { createPace } from '../pace.ts';
import { failureOf } from './outcome.ts';
import { editPicture, keyboardOf, MAX_UPLOAD_BYTES, markupOf, type Piece, piecesOf, sendPiece } from './pieces.ts';

/** Messages out. */
export interface Sender {
  send(to: string, message: OutboundMessage, bulk: boolean): Promise<SendOutcome>;
  edit(to: string, providerId: string, message: OutboundMessage): Promise<SendOutcome>;
  bulkPerSecond(): number;
  /** Makes the edits that wait. */
  stop(): Promise<void>;
}

interface SenderOptions {
  readonly api: Api;
  readonly botId: string;
  readonly filePath: (id: string) => string;
  /** multiplies the rest between two edits of a message */
  readonly pace: number;
}

/** What Telegram lets a bot send to many, a second, and between two messages in one chat. */
const BULK_PER_SECOND = 30;
const CHAT_GAP_MS = 1_000;
/** Telegram wants one edit of a message every two or three seconds. */
const EDIT_GAP_MS = 2_000;
/** The rest of a message that has begun waits so long for its turn. */
const PATIENCE_MS = 15_000;

export function createSender({ api, botId, filePath, pace }: SenderOptions): Sender {
  const bulkPace = createPace({ perSecond: BULK_PER_SECOND, chatGapMs: CHAT_GAP_MS });
  const edits = new EditPace(EDIT_GAP_MS * pace);

  const failed = (error: unknown): Exclude<SendOutcome, { status: 'sent' }> => {
    const failure = failureOf(error);
    // Asking on meanwhile is what bots are banned for.
    if (failure.status === 'retry' && failure.reason === 'too_many') bulkPace.rest(failure.afterMs);
    return failure;
  };

  async function sendAll(chatId: number, message: OutboundMessage): Promise<SendOutcome> {
    const pieces = piecesOf(message);
    let last = 0;
    for (let index = 0; index < pieces.length; ) {
      const piece = pieces[index];
      if (!piece) break;
      try {
        const isLast = index === pieces.length - 1;
        last = await sendPiece(api, chatId, piece, filePath, isLast ? markupOf(message) : undefined);
        index += 1;
      } catch (error) {
        const failure = failed(error);
        if (index === 0) return failure;
        if (failure.status !== 'retry' || failure.afterMs > PATIENCE_MS)
          return { status: 'unknown', reason: 'partly_sent' };
        await sleep(failure.afterMs);
      }
    }
    return { status: 'sent', providerId: providerId(botId, chatId, last) };
  }

  async function editNow(chatId: number, messageId: number, message: OutboundMessage, piece: Piece): Promise<number> {
    const markup = message.choices?.length ? keyboardOf(message.choices) : undefined;
    if (bulkPace.resting() > 0) return bulkPace.resting();
    try {
      if (piece.kind === 'text') await editText(api, chatId, messageId, message.text, markup);
      else await editPicture(api, chatId, messageId, piece, filePath, markup);
      return 0;
    } catch (error) {
      const failure = failed(error);
      return failure.status === 'retry' ? failure.afterMs : 0;
    }
  }

  return {
    async send(to, message, bulk) {
      if (!/^\d{1,16}$/.test(to)) return { status: 'failed', reason: 'invalid_address' };
      if (Math.max(message.file?.size ?? 0, message.picture?.size ?? 0) > MAX_UPLOAD_BYTES)
        return { status: 'failed', reason: 'file_too_large' };
      if (!bulk) bulkPace.count(to);
      const afterMs = bulk ? await bulkPace.turn(to) : bulkPace.resting();
      if (afterMs > 0) return { status: 'retry', afterMs, reason: bulk ? 'paced' : 'too_many' };
      return sendAll(Number(to), message);
    },
    async edit(to, providerId, message) {
      const messageId = Number(providerId.split('.').at(-1));
      const [piece, ...more] = piecesOf(message);
      if (!piece || piece.kind === 'document' || more.length > 0) return sendAll(Number(to), message);
      edits.put(providerId, () => editNow(Number(to), messageId, message, piece));
      return { status: 'sent', providerId };
    },
    bulkPerSecond: bulkPace.perSecond,
    stop: () => edits.settle(),
  };
}

/** What names a message of a bot's: Telegram's own ids repeat in every chat. */
export function providerId(botId: string, chatId: number | string, messageId: number): string {
  return `${botId}.${chatId}.${messageId}`;
}

/** The text of a message, or the caption of a file; the same text again is no error. */
async function editText(
  api: Api,
  chatId: number,
  messageId: number,
  text: string,
  markup: InlineKeyboardMarkup | undefined,
): Promise<void> {
  const options = markup ? { reply_markup: markup } : {};
  try {
    await api.editMessageText(chatId, messageId, text, options);
  } catch (error) {
    const why = error instanceof GrammyError ? error.description : '';
    if (why.includes('message is not modified')) return;
    if (!why.includes('no text in the message')) throw error;
    await api.editMessageCaption(chatId, messageId, { ...options, caption: text });
  }
}
