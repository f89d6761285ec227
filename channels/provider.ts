import type { Channel, Core, InboundMessage, Shop } from '../core/index.ts';
import type { Webhook } from './webhooks.ts';

/** A channel of a provider outside: off until it is set up. */
export interface ProviderChannel {
  readonly channel: Channel;
  /** Begins to take what comes in; does not wait for the provider. */
  listen(parts: {
    readonly core: Core;
    readonly shopId: Shop['_id'];
    readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
    /** called once the provider was reached, by those that ask it something at the start */
    readonly onReady: () => Promise<void>;
  }): { readonly webhooks: readonly Webhook[]; stop(): Promise<void> };
  /** Ends what messages leave by, where that is more than requests; called when no more are sent. */
  close?(): Promise<void>;
}
