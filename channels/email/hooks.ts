import type { KeyObject } from 'node:crypto';
import { type InboundMessage, markStanding, recordReceipt } from '../../core/index.ts';
import type { ProviderChannel } from '../provider.ts';
import { isSecret, type Webhook } from '../webhooks.ts';
import { isSigned, type News, readEvents } from './events.ts';
import { type Mail, readMail } from './mail.ts';
import type { Threads } from './threads.ts';

type Parts = Pick<Parameters<ProviderChannel['listen']>[0], 'core' | 'shopId' | 'receive'>;

interface HookOptions {
  readonly eventsKey: KeyObject;
  /** at the end of Inbound Parse's URL */
  readonly secret: string;
  readonly messageIdOf: (deliveryId: string) => string;
  readonly threads: Threads;
  /** our own addresses: mail from them is an echo */
  readonly own: ReadonlySet<string>;
}

/** SendGrid's ways in: events of what was sent at /hooks/email, and mail that people write below it. */
export function createHooks(parts: Parts, options: HookOptions): readonly Webhook[] {
  const { core, shopId, receive } = parts;
  const events: Webhook = {
    name: 'email',
    isGenuine: ({ headers, body }) => isSigned(options.eventsKey, headers, body, core.clock.now()),
    async take({ body }) {
      await Promise.all(readEvents(body, options.messageIdOf).map((news) => heed(parts, news)));
    },
  };
  const mails: Webhook = {
    name: 'email',
    below: 'inbound/:secret',
    streamed: true,
    isGenuine: ({ path }) => isSecret(path.slice(path.lastIndexOf('/') + 1), options.secret),
    async take({ headers, content }) {
      const mail = await readMail(content, headers['content-type'], core.files, shopId);
      const email = mail?.from.slice('email:'.length) ?? '';
      if (!mail || options.own.has(email))
        return core.log.info('email.ignored', { why: mail ? 'our own' : 'a program wrote it' });
      if (mail.proven) options.threads.set(email, mail);
      for (const message of messagesOf(mail, core.clock.now())) await kept(receive, message);
    },
  };
  return [events, mails];
}

async function heed({ core, shopId, receive }: Parts, { receipt, standing, left }: News): Promise<void> {
  if (receipt) await recordReceipt(core, shopId, receipt);
  if (standing) await markStanding(core, shopId, standing.address, standing);
  // As if they had shut us out: an inbound message of theirs, handled once.
  if (left) await kept(receive, { id: left.id, from: left.address, at: left.at, signal: { kind: 'blocked' } });
}

/** A mail as messages: its words with the first file, then each further file. */
function messagesOf({ id, from, proven, text, replyTo, files }: Mail, at: Date): InboundMessage[] {
  const signal = proven ? {} : { signal: { kind: 'unproven' as const } };
  const [first, ...more] = files;
  const words = { id, from, at, text, ...(replyTo ? { replyTo } : {}), ...(first ? { file: first } : {}), ...signal };
  return [words, ...more.map((file, index) => ({ id: `${id}#${index + 2}`, from, at, file, ...signal }))];
}

/** Resolves once the message cannot be lost; SendGrid posts again what was not. */
async function kept(receive: Parts['receive'], message: InboundMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    void receive(message, resolve).finally(() => reject(new Error('The mail could not be written down')));
  });
}
