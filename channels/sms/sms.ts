import { type Channel, smsParts } from '../../core/index.ts';
import type { FileLinks } from '../fileLinks.ts';
import { createPace } from '../pace.ts';
import { isPhoneAddress } from '../phones.ts';
import type { ProviderChannel } from '../provider.ts';
import { createTwilioClient, type TwilioAccount } from '../twilio/client.ts';
import { createTwilioReceiver } from '../twilio/receiver.ts';
import { createTwilioSender } from '../twilio/sender.ts';
import { createTwilioWebhook, statusCallbackOf } from '../twilio/webhook.ts';
import { smsOf } from './smsOf.ts';

interface SmsOptions {
  readonly account: TwilioAccount;
  /** a number, a messaging service (`MG…`), or a name, to which nobody can answer */
  readonly from: string;
  /** where we are reached from outside, https */
  readonly publicUrl: string;
  readonly fileLinks: FileLinks;
  /** the page by which whoever got a delivery leaves the list */
  readonly optOutUrl: (deliveryId: string) => string;
  /** what the sender may send in a second, in SMS parts; unset, what carriers let most senders of its kind */
  readonly perSecond?: number | undefined;
  /** multiplies the rest before a file is fetched again; 1 unless a test says otherwise */
  readonly pace?: number | undefined;
}

/** Most that a carrier lets into an MMS. */
const LIMIT_MB = 5;

/** SMS parts a second: of a number, and of a name or a messaging service. */
const NUMBER_PER_SECOND = 1;
const OTHERS_PER_SECOND = 10;

/** Whether nobody can answer this sender: it is a name. */
function isOneWay(from: string): boolean {
  return !/^(\+?\d+|MG[0-9a-fA-F]{32})$/.test(from);
}

/** SMS by Twilio; addresses are `sms:+94771234567`. What is sent can neither be edited nor taken back: there is no `edit`. */
export function createSms(options: SmsOptions): ProviderChannel {
  const { account, from, publicUrl, fileLinks, optOutUrl, pace = 1 } = options;
  const { perSecond = /^\+?\d+$/.test(from) ? NUMBER_PER_SECOND : OTHERS_PER_SECOND } = options;
  const bulkPace = createPace({ perSecond });
  const send = createTwilioSender(createTwilioClient(account), bulkPace);
  const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };

  const channel: Channel = {
    name: 'sms',
    intake: 'webhook',
    ...(isOneWay(from) ? { twoWay: false, optOutUrl } : { twoWay: true }),
    buttons: false,
    bulkPerSecond: bulkPace.perSecond,
    async send(to, message, deliveryId, bulk) {
      if (!isPhoneAddress(`sms:${to}`)) return { status: 'failed', reason: 'invalid_address' };
      const parts = smsOf(message, { from, to, fileLinks });
      const last = parts.length - 1;
      // The last part stands for all: whoever has it, has the others.
      const callback = { statusCallback: statusCallbackOf(publicUrl, 'sms', deliveryId) };
      return send(
        parts.map((part, index) => ({ to, ...sender, ...part, ...(index === last ? callback : {}) })),
        bulk ? { to, weight: parts.reduce((sum, { body = '' }) => sum + smsParts(body).parts, 0) } : undefined,
      );
    },
  };

  return {
    channel,
    listen({ core, shopId, receive }) {
      const take = createTwilioReceiver({ account, limitMb: LIMIT_MB, pace, core, shopId, receive });
      const { authToken } = account;
      return { webhooks: [createTwilioWebhook('sms', { authToken, publicUrl }, take)], stop: async () => undefined };
    },
  };
}
