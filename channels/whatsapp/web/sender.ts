import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Message } from 'whatsapp-web.js';
import type { OutboundMessage, SendOutcome, StoredFile } from '../../../core/index.ts';
import { EditPace } from '../../editPace.ts';
import { numbered } from '../../numbered.ts';
import { createPace } from '../../pace.ts';
import { splitText } from '../../splitText.ts';
import type { Allowance } from './allowance.ts';
import type { People } from './people.ts';

/** Letters of a message; WhatsApp takes more, and folds it away. */
const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;
/** Most that is sent as a file, bytes: it goes whole through the browser's pipe. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** Between two messages, whoever they are to, and so much more by chance: a hand is no faster. */
const GAP_MS = 2_000;
const CHANCE_MS = 1_500;
const EDIT_GAP_MS = 8_000;
/** A line that is down may be up again then. */
export const NOT_THERE_MS = 15_000;
/** WhatsApp may take so long to say whether a number has it. */
const LOOK_UP_MS = 4_000;

/** Messages out. */
export interface Sender {
  send(to: string, message: OutboundMessage, bulk: boolean): Promise<SendOutcome>;
  edit(to: string, providerId: string, message: OutboundMessage): Promise<SendOutcome>;
  /** Makes the edits that wait. */
  stop(): Promise<void>;
}

interface SenderOptions {
  /** `client` null: the line is down, and will be up again, or not without the owner */
  readonly line: () => { client: Client | null; willBeBack: boolean };
  readonly people: People;
  readonly allowance: Allowance;
  readonly filePath: (id: string) => string;
  readonly hasWritten: (to: string) => Promise<boolean>;
  /** multiplies all rests */
  readonly pace: number;
  /** ms that WhatsApp may take to take a message */
  readonly answerWithinMs: number;
}

/** One message of WhatsApp's that ours is made of. */
interface Piece {
  readonly text: string;
  readonly file?: StoredFile;
}

export function createSender(options: SenderOptions): Sender {
  const { line, people, allowance, filePath, hasWritten, pace, answerWithinMs } = options;
  const gaps = createPace({ perSecond: 1000 / (GAP_MS * pace) });
  const edits = new EditPace(EDIT_GAP_MS * pace);

  /** Why this message does not leave now; null: it does. */
  async function holdBack(to: string, bulk: boolean): Promise<SendOutcome | null> {
    const known = await hasWritten(to);
    if (bulk && !known) return { status: 'failed', reason: 'not_written' };
    if (bulk || !known) {
      const wait = allowance.wait(to);
      if (wait === null) return { status: 'failed', reason: 'daily_limit' };
      if (wait > 0) return { status: 'retry', afterMs: wait, reason: 'slow_pace' };
    }
    const afterMs = Math.ceil(await gaps.turn());
    if (afterMs > 0) return { status: 'retry', afterMs, reason: 'slow_pace' };
    // Counted before the number is looked for: WhatsApp notices that, too.
    if (bulk || !known) allowance.take(to);
    await sleep(Math.random() * CHANCE_MS * pace);
    return null;
  }

  async function sendPieces(client: Client, chat: string, message: OutboundMessage): Promise<SendOutcome> {
    let last: Message | null = null;
    for (const piece of piecesOf(message)) {
      const sent = await within(answerWithinMs, sendPiece(client, chat, piece, filePath));
      if ('status' in sent) return last ? { status: 'unknown', reason: 'partly_sent' } : sent;
      last = sent.message;
    }
    if (last?.ack === -1) allowance.close();
    if (!last || last.ack === -1) return { status: 'failed', reason: 'carrier' };
    return { status: 'sent', providerId: last.id._serialized };
  }

  async function send(to: string, message: OutboundMessage, bulk: boolean): Promise<SendOutcome> {
    if (Math.max(message.file?.size ?? 0, message.picture?.size ?? 0) > MAX_FILE_BYTES)
      return { status: 'failed', reason: 'file_too_large' };
    const { client, willBeBack } = line();
    if (!client && willBeBack) return { status: 'retry', afterMs: NOT_THERE_MS, reason: 'carrier' };
    if (!client) return { status: 'failed', reason: 'not_linked' };
    const held = await holdBack(to, bulk);
    if (held) return held;
    if (line().client !== client) return { status: 'retry', afterMs: NOT_THERE_MS, reason: 'carrier' };
    const chat = await within(
      LOOK_UP_MS,
      people.chatOf(client, to).then((found) => ({ found })),
    );
    if ('status' in chat) return { status: 'retry', afterMs: NOT_THERE_MS, reason: 'carrier' };
    if (!chat.found) return { status: 'failed', reason: 'not_on_whatsapp' };
    return sendPieces(client, chat.found, message);
  }

  return {
    send,
    async edit(to, providerId, message) {
      if (message.picture || message.file || message.text.length > MAX_TEXT) return send(to, message, false);
      edits.put(providerId, async () => {
        const old = await line()
          .client?.getMessageById(providerId)
          .catch(() => null);
        const edited = await old?.edit(numbered(message), { linkPreview: false }).catch(() => null);
        // WhatsApp lets a message be changed for a quarter of an hour.
        if (!edited) await send(to, message, false);
        return 0;
      });
      return { status: 'sent', providerId };
    },
    stop: () => edits.settle(),
  };
}

/** A short text is the caption of the last file, a long one follows in parts; the choices end it as a list. */
function piecesOf(message: OutboundMessage): Piece[] {
  const text = numbered(message);
  const files = [message.picture, message.file].filter((one) => one !== undefined);
  const caption = text.length <= MAX_CAPTION ? text : '';
  const media = files.map((file, index): Piece => ({ file, text: index === files.length - 1 ? caption : '' }));
  const rest = media.length > 0 && caption === text ? [] : splitText(text, MAX_TEXT);
  return [...media, ...rest.map((part): Piece => ({ text: part }))];
}

async function sendPiece(
  client: Client,
  chat: string,
  { text, file }: Piece,
  filePath: (id: string) => string,
): Promise<{ message: Message }> {
  // Not marked as seen: the owner would take a customer's message on their phone for read. No preview: it fetches the link.
  const options = { waitUntilMsgSent: true, sendSeen: false, linkPreview: false, parseVCards: false };
  if (!file) return { message: await client.sendMessage(chat, text, options) };
  const { MessageMedia } = (await import('whatsapp-web.js')).default;
  const content = await readFile(filePath(file.id), 'base64');
  const media = new MessageMedia(file.mimeType, content, file.name, file.size);
  const asDocument = { sendMediaAsDocument: !file.mimeType.startsWith('image/') };
  return { message: await client.sendMessage(chat, media, { ...options, ...asDocument, caption: text }) };
}

/** What came of it; an answer too late, or a page that broke, leaves it unknown whether it left. */
async function within<T extends object>(ms: number, doing: Promise<T>): Promise<T | SendOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(resolve, ms, { status: 'unknown', reason: 'no_answer' });
  });
  try {
    return await Promise.race([doing.catch(outcomeOf), late]);
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf(error: unknown): SendOutcome {
  const words = String(error);
  if (/invalid wid|wid error/.test(words)) return { status: 'failed', reason: 'invalid_address' };
  if (/upload failed|media-fault/.test(words)) return { status: 'failed', reason: 'carrier' };
  return { status: 'unknown', reason: 'channel_error' };
}
