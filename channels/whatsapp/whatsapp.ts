import { incidentDesk } from '../../core/index.ts';
import type { ProviderChannel } from '../provider.ts';
import type { WhatsAppWeb } from './web/whatsappWeb.ts';

/** A number, or an id of WhatsApp's own where it does not tell the number. */
const REACHABLE = /^(\+\d{7,15}|\d+@lid)$/;

/** One channel before the ways by which WhatsApp messages leave. Addresses are `whatsapp:+94771234567`. */
export function createWhatsApp({ web }: { web: WhatsAppWeb }): ProviderChannel {
  return {
    channel: {
      name: 'whatsapp',
      twoWay: true,
      buttons: false,
      account: web.account,
      send: async (to, message, deliveryId, bulk) =>
        REACHABLE.test(to) ? web.send(to, message, deliveryId, bulk) : { status: 'failed', reason: 'invalid_address' },
      edit: web.edit,
    },
    listen({ core, shopId, receive }) {
      const desk = incidentDesk(() => core, shopId, 'whatsapp');
      const listener = web.listen({ core, shopId, receive, desk });
      return { webhooks: [], stop: async () => listener.stop() };
    },
    close: web.close,
  };
}
