import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../../../channels/sandbox/sandbox.ts';
import { createWebChannel } from '../../../channels/web/webChannel.ts';
import {
  type AddressKey,
  type Core,
  createSignInCode,
  editReply,
  FileStore,
  type InboundMessage,
  openShop,
  readInboundChoice,
  receiveInbound,
  reply,
  type Shop,
  Work,
} from '../../../core/index.ts';
import { openTestDatabase } from '../../database.ts';

/** The web channel with a small bot of fixed answers behind it, on a port of its own. */
export interface WebServer {
  url: string;
  core: Core;
  shop: Shop;
  sandbox: Sandbox;
  /** what came in, in order */
  received: InboundMessage[];
  /** Stops the clock; null lets it run. */
  setNow(now: Date | null): void;
  /** Spends a new code; the token. */
  signIn(): Promise<string>;
  /** A request with JSON in and out. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Ends the HTTP server and starts it again on the same port, as a new process would: past events are forgotten. */
  restart(): Promise<void>;
  stopListening(): Promise<void>;
  listenAgain(): Promise<void>;
  close(): Promise<void>;
}
interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests
type Answer = { status: number; headers: Headers; body: any };

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export async function openWebServer(options: { picture?: Buffer } = {}): Promise<WebServer> {
  const { db, close } = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'kade-web-'));
  let now: Date | null = null;
  const clock = { now: () => now ?? new Date() };
  const shop = await openShop(db, clock);
  const received: InboundMessage[] = [];
  let web = createWebChannel();
  const receive = (message: InboundMessage): Promise<void> => answer(core, shop, received, message, options.picture);
  const sandbox = createSandbox({
    channels: ['sms', 'whatsapp', 'email'],
    folder: join(folder, 'sandbox'),
    clock,
    receive,
    onReceipt: async () => {},
    pace: 0,
  });
  const channels = new Map([web.channel, ...sandbox.channels].map((channel) => [channel.name, channel]));
  const core: Core = {
    db,
    files: new FileStore(join(folder, 'files'), db.files, clock),
    clock,
    log: {
      info() {},
      warn() {},
      error: (event, fields) => process.stderr.write(`${event} ${String(fields?.error)}\n`),
    },
    work: new Work(),
    channels,
    jobs: {
      enqueue: async () => {},
      schedule: async () => {},
      cancel: async () => {},
      state: async () => ({ running: 0, waiting: 0 }),
    },
    charts: { render: async () => PNG },
    notifier: { notify: async () => '' },
    stopping: new AbortController().signal,
  };
  const listen = (port: number) =>
    web.listen({
      core,
      shopId: shop._id,
      receive,
      phones: sandbox.phones,
      webhooks: [],
      fileLinks: null,
      host: '127.0.0.1',
      port,
    });
  let server = await listen(0);
  const { url } = server;
  const again = async (): Promise<void> => {
    server = await listen(Number(new URL(url).port));
  };
  const call = async (method: string, path: string, { token, body, headers }: CallOptions = {}): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? await response.json() : await response.text(),
    };
  };
  return {
    url,
    core,
    shop,
    sandbox,
    received,
    call,
    setNow(value) {
      now = value;
    },
    async signIn() {
      const code = await createSignInCode(core, shop._id, 'owner');
      return (await call('POST', '/api/sign-in', { body: { code } })).body.token;
    },
    async restart() {
      await server.stop();
      web = createWebChannel();
      channels.set('web', web.channel);
      await again();
    },
    stopListening: () => server.stop(),
    listenAgain: again,
    async close() {
      await server.stop();
      await sandbox.stop();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `menu` offers choices, `chart` a picture, `export` a file, `work` edits one message, `write …` writes to a phone; the rest is echoed. */
async function answer(
  core: Core,
  shop: Shop,
  received: InboundMessage[],
  message: InboundMessage,
  picture: Buffer = PNG,
): Promise<void> {
  const done = core.work.begin(message.from);
  try {
    const kept = await receiveInbound(core, shop._id, message);
    if (!kept) return;
    await readInboundChoice(core, kept);
    received.push(message);
    const say = (text: string, more: object = {}, to: AddressKey = message.from) =>
      reply(core, { shopId: shop._id, to }, { text, ...more });
    const { text = '', choiceId, file } = message;
    const keep = (name: string, type: string, content: Buffer | string) =>
      core.files.save(shop._id, name, type, content);
    if (choiceId) await say(`tapped ${choiceId}`);
    else if (file) await say(`got ${file.name}, ${file.size} bytes`);
    else if (text === 'menu')
      await say('What now?', {
        choices: [
          { id: 'a', label: 'First' },
          { id: 'b', label: 'Second' },
        ],
      });
    else if (text === 'chart')
      await say('Here.', { picture: { ...(await keep('chart.png', 'image/png', picture)), alt: 'A chart of sales' } });
    else if (text === 'export') await say('Here.', { file: await keep('customers.csv', 'text/csv', 'name\nNimal\n') });
    else if (text === 'work') {
      const { _id } = await say('0 rows');
      for (const rows of [50, 100]) await editReply(core, shop._id, _id.toHexString(), { text: `${rows} rows` });
    } else if (text.startsWith('write ')) await say('Big sale today', {}, text.slice(6) as AddressKey);
    else await say(`you said: ${text}`);
  } finally {
    done();
  }
}
