import { type Api, GrammyError } from 'grammy';
import {
  type AddressKey,
  type Core,
  type InboundMessage,
  KadeError,
  type Shop,
  type Signal,
  type StoredFile,
} from '../../core/index.ts';
import { fetchFile } from '../fetchFile.ts';
import { MalformedWebhook } from '../webhooks.ts';
import { describeError } from './outcome.ts';
import { type Attachment, idSchema, type Received, readUpdate, updateSchema } from './readUpdate.ts';
import { providerId } from './sender.ts';

/** Most that Telegram hands to a bot. */
const MAX_FILE_MB = 20;

interface ReceiverOptions {
  readonly api: Api;
  readonly botId: string;
  /** where files lie: this and `/<file_path>` */
  readonly fileRoot: string;
  /** multiplies the rest before a file is fetched again */
  readonly pace: number;
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
}

/** It is for Telegram to send it again: the disk is full, or the database gone. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
}

/** Takes updates in, each person's in order; resolves once the update cannot be lost, else throws NotKept. One being taken already is not taken twice. */
export function createReceiver(options: ReceiverOptions): (update: unknown) => Promise<void> {
  const { botId, core, receive } = options;
  const open = new Map<number, Promise<void>>();
  const lines = new Map<AddressKey, Promise<void>>();

  async function handOver(updateId: number, received: Received): Promise<void> {
    const { from, text, choiceId, date, repliedTo } = received;
    const message: InboundMessage = {
      id: `${botId}.${updateId}`,
      from,
      at: date === undefined ? core.clock.now() : new Date(date * 1000),
      ...(text === undefined ? {} : { text }),
      ...(choiceId === undefined ? {} : { choiceId }),
      ...(repliedTo === undefined ? {} : { replyTo: providerId(botId, from.slice(from.indexOf(':') + 1), repliedTo) }),
      ...(received.signal ? { signal: received.signal } : {}),
      ...(received.attachment ? await fetchAttachment(options, received.attachment) : {}),
    };
    await new Promise<void>((kept, lost) => {
      void receive(message, kept).finally(() => lost(new NotKept('the message could not be written down')));
    });
  }

  /** Behind what the same person did before. */
  function queue(updateId: number, received: Received): Promise<void> {
    const { from } = received;
    const taken = (lines.get(from) ?? Promise.resolve()).then(() => handOver(updateId, received));
    const line = taken
      .catch(() => undefined)
      .finally(() => {
        open.delete(updateId);
        if (lines.get(from) === line) lines.delete(from);
      });
    open.set(updateId, taken);
    lines.set(from, line);
    return taken;
  }

  return async (raw) => {
    const updateId = idSchema.safeParse(raw).data?.update_id;
    if (updateId === undefined) throw new MalformedWebhook('no update_id');
    const parsed = updateSchema.safeParse(raw);
    if (!parsed.success) core.log.warn('telegram.unreadable', { updateId, issue: parsed.error.issues[0] });
    const received = parsed.success ? readUpdate(parsed.data) : null;
    if (!received) return;
    const known = open.get(updateId);
    // Without an answer the button would seem to work for a minute; too late a one is refused, and of no use.
    if (received.tapId && !known) void options.api.answerCallbackQuery(received.tapId).catch(() => undefined);
    await (known ?? queue(updateId, received));
  };
}

/** The file on our disk, or why it is not taken. */
async function fetchAttachment(
  { api, fileRoot, core, shopId, pace }: ReceiverOptions,
  { fileId, name, mimeType, size }: Attachment,
): Promise<{ file: StoredFile } | { signal: Signal }> {
  const tooLarge = new KadeError('file_too_large', { limitMb: MAX_FILE_MB });
  return fetchFile(
    { core, shopId, channel: 'telegram', limitMb: MAX_FILE_MB, pace, describe: describeError },
    async (signal) => {
      if (size > MAX_FILE_MB * 1024 * 1024) throw tooLarge;
      const { file_path } = await api.getFile(fileId).catch((error) => {
        throw error instanceof GrammyError && error.description.includes('file is too big') ? tooLarge : error;
      });
      return fetch(`${fileRoot}/${file_path}`, { signal });
    },
    () => ({ name, mimeType }),
  );
}
