import type { Channel, Logger, OutboundMessage } from '../../core/index.ts';
import type { ProviderChannel } from '../provider.ts';
import { readAddress, readSender } from './address.ts';
import { readEventsKey } from './events.ts';
import { createHooks } from './hooks.ts';
import type { Letter } from './letter.ts';
import { createPost, MAX_LETTERS } from './post.ts';
import { type Thread, Threads } from './threads.ts';

/** An account with SendGrid, and the addresses that are ours in it. */
export interface SendGridAccount {
  readonly apiKey: string;
  /** `Shop <hello@shop.lk>` */
  readonly from: string;
  /** the public key of the event webhook, base64 */
  readonly eventsKey: string;
  /** an address that Inbound Parse receives: answers go there */
  readonly inboundAddress: string;
  /** ours, at the end of Inbound Parse's URL */
  readonly inboundSecret: string;
  /** another API, the European one for example; without a slash at its end */
  readonly apiRoot?: string | undefined;
}

interface EmailOptions {
  readonly account: SendGridAccount;
  /** where the person whom a delivery went to leaves the list, https */
  readonly optOutUrl: (deliveryId: string) => string;
  readonly filePath: (id: string) => string;
  readonly log: Pick<Logger, 'warn'>;
  /** ms that SendGrid may take to answer a request */
  readonly answerWithinMs?: number;
}

/** Shorter than core's patience with a channel, so that what became of a message is known from here. */
const ANSWER_WITHIN_MS = 25_000;
const SUBJECT_LETTERS = 78;

/** Email by SendGrid; addresses are `email:nimal@example.com`. A message's provider id is its Message-ID, ours. */
export function createEmail(options: EmailOptions): ProviderChannel {
  const { account, optOutUrl, filePath, log, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const from = readSender(account.from);
  if (!from) throw new Error(`Not a sender: ${account.from}`);
  const replyTo = account.inboundAddress;
  const domain = from.email.slice(from.email.indexOf('@') + 1);
  const messageIdOf = (deliveryId: string): string => `${deliveryId}@${domain}`;
  const threads = new Threads();
  const post = createPost({ account, answerWithinMs, from, replyTo, filePath, log });

  function letterOf(to: string, message: OutboundMessage, deliveryId: string): Letter {
    const leaveUrl = message.optOut && optOutUrl(deliveryId);
    const thread = leaveUrl ? undefined : threads.get(to);
    const messageId = messageIdOf(deliveryId);
    return {
      to,
      deliveryId,
      messageId,
      subject: subjectOf(message, thread, from?.name ?? domain),
      lines: message.text.split('\n').map((line) => line.trimEnd()),
      message,
      headers: {
        'Message-ID': `<${messageId}>`,
        ...(leaveUrl ? leavingHeaders(leaveUrl, replyTo, messageId) : answerHeaders(thread)),
      },
      ...(leaveUrl ? { leaveUrl } : {}),
    };
  }

  const channel: Channel = {
    name: 'email',
    intake: 'webhook',
    twoWay: true,
    buttons: false,
    atOnce: MAX_LETTERS,
    async send(to, message, deliveryId, bulk = false) {
      if (!readAddress(to)) return { status: 'failed', reason: 'invalid_address' };
      return post.send(letterOf(to, message, deliveryId), bulk);
    },
    /** SendGrid keeps lists of its own, and drops what goes to who is on one. */
    async readmit(to) {
      for (const list of ['bounces', 'spam_reports'])
        await post.remove(`/v3/suppression/${list}/${encodeURIComponent(to)}`);
    },
  };
  const own = new Set([from.email, replyTo]);
  const hooks = {
    eventsKey: readEventsKey(account.eventsKey),
    secret: account.inboundSecret,
    messageIdOf,
    threads,
    own,
  };
  return {
    channel,
    listen: (parts) => ({ webhooks: createHooks(parts, hooks), stop: async () => undefined }),
  };
}

function subjectOf({ subject, text }: OutboundMessage, thread: Thread | undefined, shop: string): string {
  if (subject) return subject;
  if (thread?.subject) return /^re:/i.test(thread.subject) ? thread.subject : `Re: ${thread.subject}`;
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  return [...(line || shop)].slice(0, SUBJECT_LETTERS).join('');
}

/** RFC 2369 and RFC 8058: mail apps show a button by them, and one press is enough. */
function leavingHeaders(url: string, replyTo: string, messageId: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${url}>, <mailto:${replyTo}?subject=STOP%20${messageId}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** Robots answer no answers (RFC 3834). */
function answerHeaders(thread: Thread | undefined): Record<string, string> {
  if (!thread) return { 'X-Auto-Response-Suppress': 'All' };
  const [last = ''] = /<[^<>]*>$/.exec(thread.references) ?? [];
  return {
    'Auto-Submitted': 'auto-replied',
    'X-Auto-Response-Suppress': 'All',
    ...(last ? { 'In-Reply-To': last, References: thread.references } : {}),
  };
}
