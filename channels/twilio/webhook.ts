import twilio from 'twilio';
import type { ChannelName } from '../../core/index.ts';
import type { Webhook } from '../webhooks.ts';
import { readForm, readTwilioWebhook, type TwilioNews } from './readWebhook.ts';

/** An answer that makes Twilio send nothing: what we reply goes out as a message of its own. */
const NOTHING = { type: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' };

/** Where Twilio tells what became of a delivery. */
export function statusCallbackOf(publicUrl: string, channel: ChannelName, deliveryId: string): string {
  return `${publicUrl}/hooks/${channel}?delivery=${deliveryId}`;
}

/** Twilio's way in for a channel: signed over the address that Twilio was given, which a proxy before us does not know. */
export function createTwilioWebhook(
  channel: ChannelName,
  { authToken, publicUrl }: { authToken: string; publicUrl: string },
  take: (news: TwilioNews, deliveryId?: string) => Promise<void>,
): Webhook {
  return {
    name: channel,
    reply: NOTHING,
    isGenuine: ({ headers, path, body }) =>
      twilio.validateRequest(authToken, String(headers['x-twilio-signature']), publicUrl + path, readForm(body)),
    take: ({ path, body }) => {
      const deliveryId = new URLSearchParams(path.split('?')[1]).get('delivery');
      return take(readTwilioWebhook(readForm(body)), deliveryId ?? undefined);
    },
  };
}
