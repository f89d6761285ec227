import {
  type AddressKey,
  type Core,
  type InboundMessage,
  KadeError,
  parseAddress,
  type Receipt,
  recordReceipt,
  type Shop,
} from '../../core/index.ts';
import { fetchFile } from '../fetchFile.ts';
import { createLines } from '../inOrder.ts';
import type { TwilioAccount } from './client.ts';
import { fileNameOf } from './fileName.ts';
import { describeError } from './outcome.ts';
import type { Media, TwilioNews } from './readWebhook.ts';
import { reasonOf } from './reasons.ts';

interface ReceiverOptions {
  readonly account: TwilioAccount;
  /** of a file that comes in */
  readonly limitMb: number;
  /** multiplies the rest before a file is fetched again */
  readonly pace: number;
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
}

const OFFICIAL = 'https://api.twilio.com';
const SID = /^\/2010-04-01\/Accounts\/AC[0-9a-fA-F]{32}\/Messages\/(?:SM|MM)[0-9a-fA-F]{32}\/Media\/ME[0-9a-fA-F]{32}$/;
/** Our statuses; what Twilio says before them (queued, sending, sent …) tells nothing new. */
const STATUSES: Readonly<Record<string, Receipt['status']>> = {
  delivered: 'delivered',
  partially_delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** Takes in what Twilio posts, each person's in order; resolves once it cannot be lost. `deliveryId`: ours, from the callback's address. */
export function createTwilioReceiver(
  options: ReceiverOptions,
): (news: TwilioNews, deliveryId?: string) => Promise<void> {
  const { core, receive } = options;
  const inOrder = createLines();

  const handOver = (message: InboundMessage): Promise<void> =>
    new Promise((kept, lost) => {
      void receive(message, kept).finally(() => lost(new Error('the message could not be written down')));
    });

  /** Several files in one message are as many messages, the words with the first. */
  async function takeMessage(news: Extract<TwilioNews, { kind: 'message' }>): Promise<void> {
    const { sid, from, text, media, payload } = news;
    const base = { from, at: core.clock.now(), ...(news.answered ? { answered: true as const } : {}) };
    const words = text || media.length === 0 ? { text: text || '…' } : {};
    // A template's button is none of our choices: what stands on it is what was said.
    const said = payload ? { choiceId: payload, ...(text ? words : {}) } : words;
    const [first, ...others] = await Promise.all(media.map((one) => fetchMedia(options, from, one)));
    await handOver({ id: sid, ...base, ...said, ...first });
    for (const [index, file] of others.entries()) await handOver({ id: `${sid}.${index + 1}`, ...base, ...file });
  }

  async function takeStatus(news: Extract<TwilioNews, { kind: 'status' }>, deliveryId?: string): Promise<void> {
    const { sid, to, status, code } = news;
    const known = STATUSES[status];
    if (!known) return;
    const reason = known === 'failed' ? { reason: reasonOf(code) } : {};
    const channel = parseAddress(to)?.channel ?? 'sms';
    const ours = deliveryId ? { deliveryId } : {};
    const at = core.clock.now();
    await recordReceipt(core, options.shopId, { channel, providerId: sid, ...ours, status: known, ...reason, at });
    // With a messaging service Twilio tells only now that it has a STOP which we never saw.
    if (reason.reason === 'opted_out')
      await handOver({ id: `${sid}.blocked`, from: to, at, signal: { kind: 'blocked' } });
  }

  return (news, deliveryId) =>
    news.kind === 'status' ? takeStatus(news, deliveryId) : inOrder(news.from, () => takeMessage(news));
}

/** Our account's name and key go to Twilio's own host only, and not along where it sends us on to. */
function fetchMedia(options: ReceiverOptions, from: AddressKey, { url, mimeType }: Media) {
  const { account, core, shopId, limitMb, pace } = options;
  const { accountSid, authToken, apiRoot = OFFICIAL } = account;
  const channel = parseAddress(from)?.channel ?? 'sms';
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return fetchFile(
    { core, shopId, channel, limitMb, pace, describe: describeError },
    async (signal) => {
      const path = URL.canParse(url) ? new URL(url).pathname : '';
      if (!url.startsWith(`${OFFICIAL}/`) || !SID.test(path)) throw new KadeError('file_not_fetched');
      return fetch(apiRoot + path, { headers: { authorization }, signal });
    },
    (headers) => {
      const told = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      // A page in place of a file is an error told politely.
      if (told && told !== mimeType && told.startsWith('text/html')) throw new Error(`${told} for ${mimeType}`);
      return { name: fileNameOf(headers.get('content-disposition'), mimeType, url), mimeType };
    },
  );
}
