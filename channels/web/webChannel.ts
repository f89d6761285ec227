import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { AddressKey, Channel, Core, InboundMessage, OutboundMessage, Shop } from '../../core/index.ts';
import type { FileLinks } from '../fileLinks.ts';
import type { Phone, Phones } from '../phones.ts';
import type { Webhook } from '../webhooks.ts';
import { createApi } from './api.ts';
import { EventHub } from './eventHub.ts';
import { threadToWire } from './toWire.ts';

/** The page and its API as a channel; addresses are `web:<digest of the session token>`. */
export interface WebChannel {
  readonly channel: Channel;
  /** Answers HTTP until stopped. Throws ListenError, with its cure, when the address cannot be had. */
  listen(options: {
    core: Core;
    shopId: Shop['_id'];
    receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
    phones: Phones;
    webhooks: readonly Webhook[];
    fileLinks: FileLinks | null;
    host: string;
    port: number;
  }): Promise<{ url: string; stop(): Promise<void> }>;
}

/** The port or host cannot be listened on; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const UPLOAD_WITHIN_MS = 60 * 60_000;
const STOP_WITHIN_MS = 2000;

/** The built page: beside this file, or in dist when run from source. */
const PAGE_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/channels/web/page/' : './page/', import.meta.url),
);

export function createWebChannel(): WebChannel {
  const hub = new EventHub(randomBytes(4).toString('hex'));
  let core: Core | undefined;

  /** The row is in the database already: a page that is not open finds the message in its history. */
  function push(to: string, id: string, message: OutboundMessage): { status: 'sent'; providerId: string } {
    if (core) hub.push(`web:${to}`, 'message', threadToWire({ id, direction: 'out', at: core.clock.now(), message }));
    return { status: 'sent', providerId: id };
  }

  return {
    channel: {
      name: 'web',
      intake: 'page',
      twoWay: true,
      buttons: true,
      send: async (to, message, deliveryId) => push(to, deliveryId, message),
      edit: async (to, providerId, message) => push(to, providerId, message),
    },
    async listen(options) {
      core = options.core;
      const server = createServer(createApi({ ...options, hub, pageFolder: PAGE_FOLDER }));
      server.requestTimeout = UPLOAD_WITHIN_MS;
      await listenOn(server, options.host, options.port);
      const unwatch = [
        core.work.onIdle((address) => hub.push(isWeb(address) ? address : null, 'idle', { address })),
        watchPhones(options.phones, hub),
      ];
      return {
        url: urlOf(server, options.host),
        async stop() {
          for (const stop of unwatch) stop();
          hub.close();
          await close(server);
        },
      };
    },
  };
}

function isWeb(address: AddressKey): boolean {
  return address.startsWith('web:');
}

const PHONES_EVERY_MS = 300;
const PHONES_NAMED = 50;

/** A campaign changes thousands of phones a second; the pages hear of them three times a second at most. */
function watchPhones(phones: Phones, hub: EventHub): () => void {
  const changed = new Set<AddressKey>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const addresses = [...changed];
    changed.clear();
    hub.push(null, 'phone', { addresses: addresses.slice(-PHONES_NAMED), more: addresses.length > PHONES_NAMED });
  };
  const unwatch = phones.onChange(({ address }: Phone) => {
    changed.add(address);
    timer ??= setTimeout(tell, PHONES_EVERY_MS).unref();
  });
  return () => {
    unwatch();
    clearTimeout(timer);
  };
}

async function listenOn(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const cures: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken, perhaps by another Kade. Stop that program, or choose another port: PORT=${port + 1} npm start.`,
    EACCES: `Port ${port} may not be used by this user. Choose one above 1023: PORT=3000 npm start.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to 127.0.0.1, or to 0.0.0.0 for all its addresses.`,
    ENOTFOUND: `There is no host ${host}. Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.`,
  };
  const cure = cures[error.code ?? ''];
  return cure ? new ListenError(cure, { cause: error }) : error;
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Lets open requests end, but not for long. */
async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}
