import type { Channel } from '../../../core/index.ts';
import type { FileLinks } from '../../fileLinks.ts';
import { createPace } from '../../pace.ts';
import { isPhoneAddress } from '../../phones.ts';
import type { ProviderChannel } from '../../provider.ts';
import { createTwilioClient, type TwilioAccount } from '../../twilio/client.ts';
import { createTwilioReceiver } from '../../twilio/receiver.ts';
import { createTwilioSender } from '../../twilio/sender.ts';
import { createTwilioWebhook, statusCallbackOf } from '../../twilio/webhook.ts';
import { listContent } from './listContent.ts';
import { partsOf } from './partsOf.ts';

interface WhatsAppTwilioOptions {
  readonly account: TwilioAccount;
  /** a number that WhatsApp knows as a business's, or a messaging service (`MG…`) with one */
  readonly from: string;
  /** where we are reached from outside, https */
  readonly publicUrl: string;
  readonly fileLinks: FileLinks;
  /** multiplies the rest before a file is fetched again; 1 unless a test says otherwise */
  readonly pace?: number | undefined;
}

/** What WhatsApp takes of one sender, a second. */
const BULK_PER_SECOND = 80;
/** The largest that Twilio passes on. */
const LIMIT_MB = 16;

/** WhatsApp by Twilio, the way for campaigns; addresses are `whatsapp:+94771234567`. What is sent can neither be edited nor taken back. */
export function createWhatsAppTwilio(options: WhatsAppTwilioOptions): ProviderChannel {
  const { account, from, publicUrl, fileLinks, pace = 1 } = options;
  const client = createTwilioClient(account);
  const bulkPace = createPace({ perSecond: BULK_PER_SECOND });
  const send = createTwilioSender(client, bulkPace);
  const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from: `whatsapp:${from}` };

  const channel: Channel = {
    name: 'whatsapp',
    twoWay: true,
    buttons: false,
    bulkPerSecond: bulkPace.perSecond,
    templates: { via: 'twilio', list: () => listContent(client) },
    async send(to, message, deliveryId, bulk = false) {
      const address = `whatsapp:${to}`;
      if (!isPhoneAddress(address)) return { status: 'failed', reason: 'invalid_address' };
      const parts = partsOf(message, fileLinks);
      const last = parts.length - 1;
      // The last part stands for all: whoever has it, has the others.
      const callback = { statusCallback: statusCallbackOf(publicUrl, 'whatsapp', deliveryId) };
      return send(
        parts.map((part, index) => ({ to: address, ...sender, ...part, ...(index === last ? callback : {}) })),
        bulk ? { to, weight: parts.length } : undefined,
      );
    },
  };

  return {
    channel,
    listen({ core, shopId, receive }) {
      const take = createTwilioReceiver({
        account,
        limitMb: LIMIT_MB,
        pace,
        core,
        shopId,
        receive: (message, onKept) => receive({ ...message, via: 'twilio' }, onKept),
      });
      const { authToken } = account;
      const webhook = createTwilioWebhook('whatsapp', { authToken, publicUrl }, take);
      return { webhooks: [webhook], stop: async () => undefined };
    },
  };
}
