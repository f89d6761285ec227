import { type Channel, incidentDesk } from '../../core/index.ts';
import type { ProviderChannel } from '../provider.ts';
import type { WhatsAppWeb } from './web/whatsappWeb.ts';

/** A number, or an id of WhatsApp's own where it does not tell the number. */
const REACHABLE = /^(\+\d{7,15}|\d+@lid)$/;
const SENT_BY_TWILIO = /^(SM|MM)[0-9a-fA-F]{32}$/;

/** The ways that are set up; at least one. */
interface Ways {
  readonly twilio?: ProviderChannel | undefined;
  readonly web?: WhatsAppWeb | undefined;
}

/**
 * One channel before the ways by which WhatsApp messages leave: campaigns by Twilio where it is set up, any other message
 * by the way that its person was last heard on. Addresses are `whatsapp:+94771234567`.
 */
export function createWhatsApp({ twilio, web }: Ways): ProviderChannel {
  const send: Channel['send'] = async (to, message, deliveryId, bulk = false, via) => {
    if (!REACHABLE.test(to)) return { status: 'failed', reason: 'invalid_address' };
    const way = via === 'web' && web ? web : (twilio?.channel ?? web);
    return way?.send(to, message, deliveryId, bulk) ?? { status: 'failed', reason: 'channel_off' };
  };
  const { templates, bulkPerSecond } = twilio?.channel ?? {};
  return {
    channel: {
      name: 'whatsapp',
      intake: twilio ? 'webhook' : 'browser',
      twoWay: true,
      buttons: false,
      ...(twilio && web ? { ways: ['twilio', 'web'] } : {}),
      ...(templates ? { templates } : {}),
      ...(bulkPerSecond ? { bulkPerSecond } : {}),
      ...(web ? { account: web.account, edit: editBy(web) } : {}),
      send,
    },
    listen(parts) {
      const { core, shopId, receive } = parts;
      const desk = incidentDesk(() => core, shopId, 'whatsapp');
      const byTwilio = twilio?.listen(parts);
      const byWeb = web?.listen({ core, shopId, receive, desk });
      return {
        webhooks: byTwilio?.webhooks ?? [],
        async stop() {
          byWeb?.stop();
          await byTwilio?.stop();
        },
      };
    },
    ...(web ? { close: web.close } : {}),
  };
}

/** Twilio cannot edit what it has sent. */
function editBy(web: WhatsAppWeb): NonNullable<Channel['edit']> {
  return async (to, providerId, message) =>
    SENT_BY_TWILIO.test(providerId) ? { status: 'failed', reason: 'not_editable' } : web.edit(to, providerId, message);
}
