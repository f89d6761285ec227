import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import express, { type Request, type Response, Router } from 'express';
import { type ChannelName, type Core, type IncidentDesk, incidentDesk, type Shop } from '../core/index.ts';

/** A provider's way in: POST /hooks/<name>. */
export interface Webhook {
  readonly name: ChannelName;
  /** what the provider wants to read once it is kept; nothing unless given */
  readonly reply?: { readonly type: string; readonly body: string };
  /** what follows the name in the address, `inbound/:secret`; nothing unless given */
  readonly below?: string;
  /** its body is too large to be held: `body` is empty, and `content` is read once it is genuine */
  readonly streamed?: true;
  /** Whether it is the provider who asks: by a secret, or a signature over the raw body. */
  isGenuine(request: Omit<WebhookRequest, 'content'>): boolean;
  /** Resolves once nothing of it can be lost; throws MalformedWebhook for what cannot be read. */
  take(request: WebhookRequest): Promise<void>;
}

export interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  /** as it was asked for, with its query */
  readonly path: string;
  readonly body: Buffer;
  readonly content: AsyncIterable<Buffer>;
}

/** The provider's own, but not readable: answered with 400. */
export class MalformedWebhook extends Error {
  override readonly name = 'MalformedWebhook';
}

/** The routes of all webhooks: 401 and nothing done where it is not the provider who asks, 400 where it cannot be read, 200 once it is kept. */
export function createWebhookRoutes(parts: {
  readonly webhooks: readonly Webhook[];
  readonly core: Core;
  readonly shopId: Shop['_id'];
}): Router {
  const { webhooks, core, shopId } = parts;
  const routes = Router();
  const held = express.raw({ type: () => true, limit: '1mb' });
  for (const webhook of webhooks) {
    const { name, below, streamed } = webhook;
    const address = below ? `/${name}/${below}` : `/${name}`;
    const judged = {
      ...webhook,
      isGenuine: createJudge(
        webhook,
        incidentDesk(() => core, shopId, name),
      ),
    };
    routes.post(address, ...(streamed ? [] : [held]), (request, response) =>
      answer(judged, core.log, request, response),
    );
  }
  return routes;
}

/** So many in a row, and none genuine since the start: it is the address or the secret that is wrong, no stranger who knocks. */
const REFUSALS = 5;

/** Tells who asks, and the owner if nobody is who they should be. */
function createJudge(webhook: Webhook, desk: IncidentDesk): Webhook['isGenuine'] {
  let refused: number | null = 0;
  return (request) => {
    const isGenuine = webhook.isGenuine(request);
    if (isGenuine) {
      refused = null;
      desk.solve('webhook_refused');
    } else if (refused !== null && ++refused === REFUSALS) desk.report('webhook_refused');
    return isGenuine;
  };
}

async function answer(webhook: Webhook, log: Core['log'], request: Request, response: Response): Promise<void> {
  const { headers, originalUrl: path } = request;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const asked: WebhookRequest = { headers, path, body, content: request };
  if (!webhook.isGenuine(asked)) {
    log.warn('webhook.refused', { channel: webhook.name, caller: request.socket.remoteAddress });
    response.status(401).json({ code: 'signature_wrong', message: 'This is not signed by the provider.' });
    return;
  }
  try {
    await webhook.take(asked);
    response.status(200);
    if (webhook.reply) response.type(webhook.reply.type);
    response.end(webhook.reply?.body);
  } catch (error) {
    if (!(error instanceof MalformedWebhook)) throw error;
    log.warn('webhook.malformed', { channel: webhook.name, error });
    response.status(400).json({ code: 'malformed', message: 'This cannot be read. Nothing was done.' });
  }
}

/** Compares a secret without telling, by its time, how much of it was right. */
export function isSecret(given: string | string[] | undefined, secret: string): boolean {
  const bytes = Buffer.from(String(given));
  const expected = Buffer.from(secret);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
