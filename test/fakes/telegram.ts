import { EventEmitter, once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readMultipart } from './multipart.ts';
import { violationsOf } from './telegramContract.ts';
import { TelegramPerson } from './telegramPerson.ts';

/** How a call is answered. `hang`: never; `reset`: the line breaks once the request was read. */
export type Plan =
  | 'well'
  | 'hang'
  | 'reset'
  | { status: number; description?: string; retryAfter?: number; html?: boolean };

export type Fields = Record<string, unknown>;
/** An upload, as a form brings it. */
export interface Upload {
  readonly name: string;
  readonly content: Buffer;
}

/** A refusal as Telegram words it. */
export class TelegramRefusal extends Error {
  readonly status: number;
  constructor(status: number, description: string) {
    super(description);
    this.status = status;
  }
}

/** Telegram on loopback: people with the app, and the Bot API for one bot. Every request is held against the official description. */
export class FakeTelegram {
  readonly token = '4711:fake-token-for-tests-on-loopback';
  readonly username = 'kade_test_bot';
  readonly calls: { method: string; fields: Fields }[] = [];
  readonly violations: string[] = [];
  readonly people = new Map<number, TelegramPerson>();
  readonly files = new Map<string, Buffer>();
  readonly commands = new Map<string, { command: string; description: string }[]>();
  readonly changes = new EventEmitter().setMaxListeners(0);
  /** where webhooks go: Kade's own address, for its public one leads nowhere here */
  webhookBase: string | null = null;
  webhook: { path: string; secret: string } | null = null;
  /** what it says of its webhook beside the address */
  trouble: Fields = {};
  readonly #plans = new Map<string, Plan[]>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #updates: { update_id: number }[] = [];
  /** as many as Telegram has by itself */
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 40 });
  readonly #now: () => Date;
  #updateId = 100;
  #messageId = 1;

  private constructor(now: () => Date) {
    this.#now = now;
  }

  static async open(now: () => Date = () => new Date()): Promise<FakeTelegram> {
    const fake = new FakeTelegram(now);
    // As long as servers on the internet keep a line open; Node's own few seconds break it under a request now and then.
    fake.#server.keepAliveTimeout = 75_000;
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A person with the app; they may be written to once they have started the bot. */
  person(id: number): TelegramPerson {
    const person = this.people.get(id) ?? new TelegramPerson(this, id);
    this.people.set(id, person);
    return person;
  }

  /** The next calls of a method are answered so. */
  plan(method: string, ...plans: Plan[]): void {
    this.#plans.set(method, [...(this.#plans.get(method) ?? []), ...plans]);
  }

  async close(): Promise<void> {
    this.#connections.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  nextUpdateId(): number {
    return this.#updateId++;
  }

  nextMessageId(): number {
    return this.#messageId++;
  }

  /** Seconds, as messages are dated. */
  date(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }

  /** Resolves when the bot has been asked for this method. */
  async called(method: string): Promise<Fields> {
    return this.until(() => this.calls.find((call) => call.method === method)?.fields);
  }

  /** Waits until something is so; 5 s at most. */
  async until<T>(look: () => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(5000);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await once(this.changes, 'change', { signal });
    }
  }

  /** Gives the bot an update, a new one or one it had; resolves to its answer's status where it takes webhooks. */
  async push(update: Fields, updateId = this.nextUpdateId()): Promise<number> {
    const body = { ...update, update_id: updateId };
    if (this.webhook) return this.post(JSON.stringify(body));
    this.#updates.push(body);
    this.changes.emit('change');
    return 0;
  }

  /** Posts to the bot's webhook as Telegram does. */
  async post(body: string, secret = this.webhook?.secret ?? ''): Promise<number> {
    const request = sendRequest(`${this.webhookBase}${this.webhook?.path}`, {
      method: 'POST',
      agent: this.#connections,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'X-Telegram-Bot-Api-Secret-Token': secret,
      },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode ?? 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, kind, method = ''] = /^\/(file\/)?bot[^/]+\/(.+)$/.exec(request.url ?? '') ?? [];
    if (!request.url?.includes(`bot${this.token}/`))
      return send(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
    const plan = this.#plans.get(kind ? 'file' : method)?.shift();
    const fields = kind ? {} : readFields(Buffer.concat(chunks), request.headers['content-type'] ?? '');
    if (!kind) {
      this.calls.push({ method, fields });
      this.violations.push(...violationsOf(method, fields));
      this.changes.emit('change');
    }
    if (plan === 'hang') return;
    if (plan === 'reset') return void request.socket.resetAndDestroy();
    if (plan && plan !== 'well') return sendPlan(response, plan);
    if (kind) return void response.end(this.files.get(method));
    try {
      const result = await this.#run(method, fields, response);
      send(response, 200, { ok: true, result });
    } catch (error) {
      const { status, message } = error as TelegramRefusal;
      send(response, status, { ok: false, error_code: status, description: message });
    }
    this.changes.emit('change');
  }

  #run(method: string, fields: Fields, response: ServerResponse): unknown {
    switch (method) {
      case 'getMe':
        return { id: 4711, is_bot: true, first_name: 'Kade', username: this.username };
      case 'setWebhook':
        this.webhook = { path: new URL(String(fields.url)).pathname, secret: String(fields.secret_token) };
        return true;
      case 'deleteWebhook':
        this.webhook = null;
        return true;
      case 'getUpdates':
        return this.#getUpdates(fields, response);
      case 'getWebhookInfo':
        return {
          url: this.webhook?.path ?? '',
          has_custom_certificate: false,
          pending_update_count: 0,
          ...this.trouble,
        };
      case 'setMyCommands':
        this.commands.set(JSON.stringify([fields.scope, fields.language_code]), fields.commands as never);
        return true;
      case 'answerCallbackQuery':
        return true;
      case 'getFile':
        return this.#getFile(String(fields.file_id));
      case 'editMessageMedia':
        return this.#personOf(fields).editMedia(fields);
      case 'editMessageText':
      case 'editMessageCaption':
        return this.#personOf(fields).edit(fields, method === 'editMessageCaption');
      default:
        return this.#personOf(fields).take(fields);
    }
  }

  #getFile(id: string): Fields {
    const content = this.files.get(id);
    if (!content) throw new TelegramRefusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    if (content.length > 20 * 1024 * 1024) throw new TelegramRefusal(400, 'Bad Request: file is too big');
    return { file_id: id, file_unique_id: id, file_size: content.length, file_path: id };
  }

  async #getUpdates({ offset = 0, timeout = 0, limit = 100 }: Fields, response: ServerResponse): Promise<unknown> {
    while (this.#updates[0] && this.#updates[0].update_id < Number(offset)) this.#updates.shift();
    const gone = once(response, 'close').then(() => undefined);
    const late = AbortSignal.timeout(Number(timeout) * 1000);
    while (this.#updates.length === 0 && !late.aborted && !response.destroyed)
      await Promise.race([once(this.changes, 'change', { signal: late }).catch(() => undefined), gone]);
    return this.#updates.slice(0, Number(limit));
  }

  #personOf(fields: Fields): TelegramPerson {
    const person = this.people.get(Number(fields.chat_id));
    if (!person) throw new TelegramRefusal(400, 'Bad Request: chat not found');
    return person;
  }
}

/** Fields of a JSON body or a form; what a form brings as text is read as Telegram does. */
function readFields(body: Buffer, contentType: string): Fields {
  if (!contentType.startsWith('multipart/')) return body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
  const parts = readMultipart(body, contentType);
  const uploads = new Map(
    parts.flatMap(({ name, fileName, content }) =>
      fileName === undefined ? [] : [[name, { name: fileName, content }]],
    ),
  );
  const fields = parts.filter(({ fileName }) => fileName === undefined);
  const words = new Set(['text', 'caption']);
  const read = Object.fromEntries(
    fields.map(({ name, content }) => {
      const text = content.toString('utf8');
      return [name, words.has(name) ? text : readValue(text, uploads)];
    }),
  );
  attached.set(read, uploads);
  return read;
}

const attached = new WeakMap<Fields, ReadonlyMap<string, Upload>>();

/** The files that came with a request, for fields that name them further within (`attach://x`). */
export function uploadsOf(fields: Fields): ReadonlyMap<string, Upload> {
  return attached.get(fields) ?? new Map();
}

function readValue(text: string, uploads: ReadonlyMap<string, Upload>): unknown {
  if (text.startsWith('attach://')) return uploads.get(text.slice('attach://'.length));
  if (/^[[{]/.test(text) || /^-?\d{1,15}$/.test(text) || text === 'true' || text === 'false') return JSON.parse(text);
  return text;
}

function sendPlan(
  response: ServerResponse,
  { status, description = 'planned', retryAfter, html }: Exclude<Plan, string>,
): void {
  if (html) return void response.writeHead(status, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  send(response, status, { ok: false, error_code: status, description, ...parameters });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
