import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { MalformedWebhook } from '../webhooks.ts';
import { describeError } from './outcome.ts';
import { type Attachment, idSchema, type Received, readUpdate, updateSchema } from './readUpdate.ts';
import { providerId } from './sender.ts';

/** Most that Telegram hands to a bot. */
const MAX_FILE_MB = 20;
const MAX_FILE_BYTES = MAX_FILE_MB * 1024 * 1024;
const FETCH_ATTEMPTS = 3;
const FETCH_REST_MS = 2_000;
const FETCH_WITHIN_MS = 120_000;

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
      ...(received.attachment ? await fetchFile(options, received.attachment) : {}),
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
async function fetchFile(
  { api, fileRoot, core, shopId, pace }: ReceiverOptions,
  attachment: Attachment,
): Promise<{ file: StoredFile } | { signal: Signal }> {
  const refused = (code: KadeError['code'], params: KadeError['params'] = {}): { signal: Signal } => ({
    signal: { kind: 'refused', code, params },
  });
  if (attachment.size > MAX_FILE_BYTES) return refused('file_too_large', { limitMb: MAX_FILE_MB });
  for (let attempt = 1; attempt <= FETCH_ATTEMPTS; attempt++) {
    try {
      const { file_path } = await api.getFile(attachment.fileId);
      const response = await fetch(`${fileRoot}/${file_path}`, { signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      const content = Readable.fromWeb(response.body as ReadableStream);
      return { file: await core.files.save(shopId, attachment.name, attachment.mimeType, content) };
    } catch (error) {
      if (error instanceof KadeError) return refused(error.code, error.params);
      if (error instanceof GrammyError && error.description.includes('file is too big'))
        return refused('file_too_large', { limitMb: MAX_FILE_MB });
      core.log.warn('telegram.file', { attempt, error: describeError(error) });
      if (attempt < FETCH_ATTEMPTS) await sleep(FETCH_REST_MS * pace);
    }
  }
  return refused('file_not_fetched');
}
