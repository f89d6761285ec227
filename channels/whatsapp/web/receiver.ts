import type { Client, Message } from 'whatsapp-web.js';
import {
  type AddressKey,
  type Core,
  getShop,
  type InboundMessage,
  KadeError,
  type Shop,
  type Signal,
  type StoredFile,
  speaksAsMember,
} from '../../../core/index.ts';
import { createLines } from '../../inOrder.ts';
import type { Heard } from './heard.ts';
import { isPersonal, type People } from './people.ts';
import { fileNameOf, isWritten, messageSchema, type WhatsAppMessage } from './readMessage.ts';

/** A file comes whole through the browser's pipe, in letters. */
const MAX_FILE_MB = 20;
const MAX_FILE_BYTES = MAX_FILE_MB * 1024 * 1024;
/** What came while we were away is looked for so far back, so much of it in each chat. */
const BACK_MS = 48 * 3600_000;
const BACK_MESSAGES = 30;

/** Messages in. */
export interface Receiver {
  /** Takes one message, each chat's in order; what is not for us is left alone. Never rejects. */
  take(client: Client, message: Message): Promise<void>;
  /** Takes what came while we were not there: since the account was linked, two days back at most. */
  catchUp(client: Client): Promise<void>;
}

interface ReceiverOptions {
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly people: People;
  readonly heard: Heard;
  readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
  /** someone wrote whose number WhatsApp does not tell, for the first time */
  readonly onHidden: (text: string) => void;
  /** a message could not be written down: it is there for a later catchUp */
  readonly onLost: () => void;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const { core, shopId, people, receive } = options;
  const inOrder = createLines();
  const hidden = new Set<AddressKey>();

  async function handOver(client: Client, raw: Message, message: WhatsAppMessage, chat: string): Promise<void> {
    const from = await people.addressOf(client, chat);
    if (message.fromMe && !(await speaksAsMember(core, shopId, from, message.body))) return;
    if (from.endsWith('@lid') && !hidden.has(from)) {
      hidden.add(from);
      options.onHidden(message.body);
    }
    const content = await readContent(raw, message);
    const quoted = message._data.quotedStanzaID;
    const inbound: InboundMessage = {
      id: message.id._serialized,
      from,
      at: new Date(message.timestamp * 1000),
      via: 'web',
      ...(quoted ? { replyTo: `true_${chat}_${quoted}` } : {}),
      ...content,
    };
    await new Promise<void>((settled) => {
      let kept = false;
      const onKept = (): void => {
        kept = true;
        noteHeard(inbound.at);
        settled();
      };
      void receive(inbound, onKept).finally(() => {
        if (!kept) options.onLost();
        settled();
      });
    });
  }

  /** What was taken before is not taken again, of one who had themselves forgotten least of all. */
  function noteHeard(at: Date): void {
    try {
      options.heard.note(at.getTime());
    } catch (error) {
      core.log.warn('whatsapp.heard', { error });
    }
  }

  async function readContent(
    raw: Message,
    message: WhatsAppMessage,
  ): Promise<Pick<InboundMessage, 'text' | 'file' | 'signal'>> {
    const text = message.body;
    if (message.hasMedia) {
      const got = await fetchFile(raw, message);
      return { ...got, ...(text && !message.isForwarded ? { text } : {}) };
    }
    // Nobody's words are commands, or a consent, because they were passed on.
    const signal: Signal = { kind: 'refused', code: 'forwarded' };
    return { text: text || '…', ...(message.isForwarded ? { signal } : {}) };
  }

  /** The file on our disk, or why it is not taken. */
  async function fetchFile(raw: Message, message: WhatsAppMessage): Promise<{ file: StoredFile } | { signal: Signal }> {
    const refused = (code: KadeError['code'], params: KadeError['params'] = {}): { signal: Signal } => ({
      signal: { kind: 'refused', code, params },
    });
    if ((message._data.size ?? 0) > MAX_FILE_BYTES) return refused('file_too_large', { limitMb: MAX_FILE_MB });
    try {
      const media = await raw.downloadMedia();
      if (!media?.data) return refused('file_not_fetched');
      const content = Buffer.from(media.data, 'base64');
      return { file: await core.files.save(shopId, fileNameOf(message), media.mimetype, content) };
    } catch (error) {
      if (error instanceof KadeError) return refused(error.code, error.params);
      core.log.warn('whatsapp.file', { error: String(error) });
      return refused('file_not_fetched');
    }
  }

  function take(client: Client, raw: Message): Promise<void> {
    const { data: message } = messageSchema.safeParse(raw);
    if (!message || !isWritten(message)) return Promise.resolve();
    const chat = message.fromMe ? message.to : message.from;
    if (!isPersonal(chat) || (message.fromMe && !isNote(client, message))) return Promise.resolve();
    return inOrder(chat, () => handOver(client, raw, message, chat)).catch((error) => {
      core.log.warn('whatsapp.message', { error: String(error) });
      options.onLost();
    });
  }

  return {
    take,
    async catchUp(client) {
      const linkedAt = (await getShop(core.db, shopId)).whatsappWeb?.acceptedAt ?? core.clock.now();
      const back = core.clock.now().getTime() - BACK_MS;
      const since = Math.max(linkedAt.getTime(), back, options.heard.until()) / 1000;
      const chats = (await client.getChats()).filter(
        ({ id, timestamp }) => isPersonal(id._serialized) && timestamp >= since,
      );
      for (const chat of chats) {
        const messages = await chat.fetchMessages({ limit: BACK_MESSAGES });
        for (const message of messages) if (message.timestamp >= since) void take(client, message);
      }
    },
  };
}

/** Typed on the shop's own phone into the chat with oneself; what we write there ourselves is a browser's. */
function isNote({ info }: Client, { from, to, deviceType }: WhatsAppMessage): boolean {
  return deviceType !== 'web' && (from === to || to === info?.wid?._serialized);
}
