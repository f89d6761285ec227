import express, { type Express, type Request, type Response, Router } from 'express';
import {
  type AddressKey,
  type Core,
  findNames,
  getShop,
  type InboundMessage,
  KadeError,
  listThread,
  type Shop,
  signIn,
} from '../../core/index.ts';
import type { FileLinks } from '../fileLinks.ts';
import { isPhoneAddress, type Phones } from '../phones.ts';
import { createWebhookRoutes, type Webhook } from '../webhooks.ts';
import { ApiError, answerErrors } from './apiError.ts';
import type { EventHub } from './eventHub.ts';
import { saveUpload, sendFile } from './fileRoutes.ts';
import { createGuard } from './guard.ts';
import { createOptOutRoutes } from './optOut.ts';
import * as requests from './requests.ts';
import { getSession, type Session, SignInLimit, setSessionCookie } from './session.ts';
import { identity, phoneMessageToWire, phonesToWire, threadToWire } from './toWire.ts';
import type { WireAccepted, WireHistory, WirePhoneThread, WireSession } from './wire.ts';

/** What the API works on. */
export interface ApiParts {
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
  readonly phones: Phones;
  /** providers' ways in */
  readonly webhooks: readonly Webhook[];
  /** absent where we are not reached from outside */
  readonly fileLinks: FileLinks | null;
  readonly hub: EventHub;
  readonly host: string;
  /** the page's files, built */
  readonly pageFolder: string;
}

/** The page and its API as docs/web-channel.md describes it. */
export function createApi(parts: ApiParts): Express {
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple');
  // Providers call us by our public name, and prove themselves by a signature.
  app.use('/hooks', createWebhookRoutes(parts));
  if (parts.fileLinks) app.get('/media/:id/:until/:signature/:name', sendLinked(parts, parts.fileLinks));
  // Recipients come by our public name, too, and prove themselves by what their link holds.
  app.use('/o', createOptOutRoutes(parts.core, parts.shopId));
  app.use(createGuard(parts.host));
  app.use('/api', openRoutes(parts), memberRoutes(parts));
  app.use(express.static(parts.pageFolder, { redirect: false, cacheControl: false }));
  app.use(() => {
    throw new ApiError(404, 'not_found', 'There is nothing at this address.');
  });
  app.use(answerErrors(parts.core.log));
  return app;
}

const json = [
  (request: Request, _response: Response, next: () => void) => {
    requests.requireJson(request);
    next();
  },
  express.json({ limit: '1mb' }),
];

/** What needs no sign-in. */
function openRoutes({ core, shopId }: ApiParts): Router {
  const limit = new SignInLimit(core.clock);
  const routes = Router();
  routes.get('/health', async (_request, response) => {
    await getShop(core.db, shopId);
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  routes.post('/sign-in', json, async (request: Request, response: Response) => {
    const caller = request.socket.remoteAddress ?? '';
    const { code, name } = requests.read(requests.signInBody, request.body);
    limit.check(caller);
    try {
      const { token, member } = await signIn(core, code, name);
      setSessionCookie(request, response, token);
      response.set('Cache-Control', 'no-store').json({ token, role: member.role });
    } catch (error) {
      if (error instanceof KadeError && error.code === 'code_wrong') limit.failed(caller);
      throw error;
    }
  });
  return routes;
}

/** A file by its signed link, for whoever has it. */
function sendLinked({ core, shopId }: ApiParts, links: FileLinks) {
  return async (request: Request, response: Response): Promise<void> => {
    const { id = '', until = '', signature = '' } = request.params as Record<string, string>;
    if (!links.allows(id, until, signature)) throw new KadeError('file_not_found');
    await sendFile(core, shopId, id, response);
  };
}

type Handler = (session: Session, request: Request, response: Response) => Promise<void> | void;

/** What a signed-in member may do. */
function memberRoutes(parts: ApiParts): Router {
  const { core, shopId, hub } = parts;
  const routes = Router();
  const signedIn = (handler: Handler) => async (request: Request, response: Response) => {
    const session = await getSession(core, shopId, request);
    response.set('Cache-Control', 'no-store');
    await handler(session, request, response);
  };
  routes.get(
    '/session',
    signedIn(async ({ member, address }, _request, response) => {
      const { name, role, language } = member;
      const shop = await getShop(core.db, shopId);
      response.json({ address, name, role, language, shop: shop.name } satisfies WireSession);
    }),
  );
  routes.get('/events', signedIn(openStream(hub)));
  routes.get(
    '/idle',
    signedIn(({ address: own }, request, response) => {
      const { address } = requests.read(requests.idleQuery, request.query);
      if (address !== own && !isPhoneAddress(address))
        throw new ApiError(404, 'not_found', 'This is no address of yours.');
      response.json({ address, idle: core.work.isIdle(address as AddressKey), after: hub.seq });
    }),
  );
  routes.get('/messages', signedIn(sendHistory(parts)));
  routes.post('/messages', json, signedIn(takeMessage(parts)));
  routes.post('/files', signedIn(takeFile(parts)));
  routes.get(
    '/files/:id',
    signedIn((_session, request, response) => sendFile(core, shopId, String(request.params.id), response)),
  );
  addPhoneRoutes(routes, parts, signedIn);
  return routes;
}

function openStream(hub: EventHub): Handler {
  return ({ address }, request, response) => {
    const { last } = request.query;
    hub.open(address, response, request.get('Last-Event-ID') ?? (typeof last === 'string' ? last : undefined));
  };
}

function sendHistory({ core, shopId }: ApiParts): Handler {
  return async ({ address }, request, response) => {
    const { before, limit } = requests.read(requests.historyQuery, request.query);
    const [at, rowId] = before?.split('-') ?? [];
    const thread = await listThread(core, {
      shopId,
      address,
      limit: limit + 1,
      ...(at && rowId ? { before: { at: new Date(Number(at)), rowId } } : {}),
    });
    const page = thread.slice(-limit);
    const first = page[0];
    const older = thread.length > limit && first ? `${first.at.getTime()}-${first.rowId}` : null;
    response.json({ messages: page.map(threadToWire), older } satisfies WireHistory);
  };
}

function takeMessage(parts: ApiParts): Handler {
  return ({ address }, request, response) => {
    const { replyTo, ...message } = { replyTo: undefined, ...requests.read(requests.messageBody, request.body) };
    return accept(parts, { ...message, ...answering(replyTo), from: address, at: parts.core.clock.now() }, response);
  };
}

function takeFile(parts: ApiParts): Handler {
  return async ({ address }, request, response) => {
    const { id, name, replyTo } = requests.read(requests.fileQuery, request.query);
    const file = await saveUpload(parts.core, parts.shopId, request, response, name);
    return accept(parts, { id, ...answering(replyTo), from: address, at: parts.core.clock.now(), file }, response);
  };
}

function answering(replyTo: string | undefined): Pick<InboundMessage, 'replyTo'> {
  return replyTo === undefined ? {} : { replyTo };
}

/** Hands a message over, shows it on the member's other pages, and answers once it is kept; the reply comes on the stream. */
async function accept({ receive, hub }: ApiParts, message: InboundMessage, response: Response): Promise<void> {
  const { id, from, at, text = '', choiceId, file } = message;
  const wire = threadToWire({ id, direction: 'in', at, message: { text, ...(file ? { file } : {}) } });
  hub.push(from, 'message', { ...wire, ...(choiceId ? { choiceId } : {}) });
  const accepted: WireAccepted = { id, address: from, after: hub.seq };
  await new Promise<void>((kept) => void receive(message, kept).finally(kept));
  response.status(202).json(accepted);
}

function addPhoneRoutes(
  routes: Router,
  { core, shopId, phones, hub }: ApiParts,
  signedIn: (handler: Handler) => (request: Request, response: Response) => Promise<void>,
): void {
  routes.get(
    '/phones',
    signedIn(async (_session, request, response) => {
      const { limit } = requests.read(requests.phonesQuery, request.query);
      response.json({ phones: await phonesToWire(core, shopId, phones.list(limit)) });
    }),
  );
  routes.get(
    '/phones/:address',
    signedIn(async (_session, request, response) => {
      const address = phoneAddress(phones, request);
      const names = await findNames(core, shopId, [address]);
      const messages = phones.get(address)?.messages ?? [];
      const thread: WirePhoneThread = { phone: identity(address, names), messages: messages.map(phoneMessageToWire) };
      response.json(thread);
    }),
  );
  routes.post(
    '/phones/:address/messages',
    json,
    signedIn((_session, request, response) => {
      const address = phoneAddress(phones, request);
      const { text } = requests.read(requests.phoneMessageBody, request.body);
      void phones.answer(address, text).catch((error) => core.log.error('web.phone', { address, error }));
      response.status(202).json({ address, after: hub.seq });
    }),
  );
}

function phoneAddress(phones: Phones, request: Request): AddressKey {
  const address = String(request.params.address);
  if (isPhoneAddress(address) && phones.serves(address)) return address;
  throw new ApiError(
    400,
    'address_wrong',
    'A phone is sms:+94771234567, whatsapp:+94771234567 or email:name@example.com, where no provider is set up for it.',
  );
}
