import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { violationsOf } from './twilioContract.ts';
import { TwilioPerson } from './twilioPerson.ts';

/** How a request is answered. `hang`: never; `reset`: the line breaks once the request was read. */
export type Plan = 'well' | 'hang' | 'reset' | { status: number; code?: number; retryAfter?: number; html?: boolean };

export type Form = Record<string, string>;

/** A refusal as Twilio words it. */
export class TwilioRefusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A message that Twilio took. */
export interface TakenMessage {
  readonly sid: string;
  readonly form: Readonly<Record<string, string[]>>;
  /** what MediaUrl led to */
  readonly media: { readonly name: string; readonly type: string; readonly content: Buffer }[];
}

type Answer = { status: number; body: unknown };
/** More of Twilio's operations, by `METHOD path` with `*` for one part. */
export type Operation = (request: { path: string; form: Record<string, string[]>; json: unknown }) => Answer;

const hex = (seed: string): string => createHash('md5').update(seed).digest('hex');

/** Twilio on loopback: people with phones, and the API for one account. Every request, and every answer, is held against the official description. */
export class FakeTwilio {
  readonly accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
  readonly authToken = 'f0'.repeat(16);
  /** senders of the account; anything else is refused */
  readonly senders = new Set<string>(['+15005550006', `MG${'ab'.repeat(16)}`, 'KADESHOP', 'whatsapp:+15005550006']);
  readonly violations: string[] = [];
  readonly messages: TakenMessage[] = [];
  readonly people = new Map<string, TwilioPerson>();
  readonly operations = new Map<string, Operation>();
  /** files that people sent, by the path of their media */
  readonly media = new Map<string, { type: string; name: string; content: Buffer }>();
  readonly changes = new EventEmitter().setMaxListeners(0);
  /** where we are told that the shop is, and where it truly is: its public address leads nowhere here */
  publicUrl = 'https://kade.test';
  webhookBase: string | null = null;
  readonly #plans = new Map<'messages' | 'media', Plan[]>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 40 });
  #count = 0;

  static async open(): Promise<FakeTwilio> {
    const fake = new FakeTwilio();
    // As long as servers on the internet keep a line open; Node's own few seconds break it under a request now and then.
    fake.#server.keepAliveTimeout = 75_000;
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Someone with a phone: `+94771234567`, or `whatsapp:+94771234567`. */
  person(address: string): TwilioPerson {
    const person = this.people.get(address) ?? new TwilioPerson(this, address);
    this.people.set(address, person);
    return person;
  }

  /** The next messages, or files fetched, are answered so. */
  plan(what: 'messages' | 'media', ...plans: Plan[]): void {
    this.#plans.set(what, [...(this.#plans.get(what) ?? []), ...plans]);
  }

  async close(): Promise<void> {
    this.#connections.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** `SM…`, `MM…` or `ME…`; the same for the same seed. */
  sid(kind: 'SM' | 'MM' | 'ME', seed = `number ${++this.#count}`): string {
    return kind + hex(seed);
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

  /** Tells where the message asked for it what became of it; resolves to the answer's status, 0 where nobody wants to know. */
  async report({ sid, form }: TakenMessage, status: string, code?: number): Promise<number> {
    const [callback] = form.StatusCallback ?? [];
    if (!callback) return 0;
    return this.postForm(callback, {
      ...this.#account,
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: status,
      SmsStatus: status,
      To: form.To?.[0] ?? '',
      From: form.From?.[0] ?? '+15005550006',
      ...(code === undefined ? {} : { ErrorCode: String(code) }),
    });
  }

  /** Posts to an address of the shop as Twilio does: signed over its public name, sent to where it is. */
  postForm(address: string, form: Form, signed = true): Promise<number> {
    return this.post(address, new URLSearchParams(form).toString(), signed);
  }

  async post(address: string, body: string, signed = true): Promise<number> {
    const url = new URL(address, this.publicUrl);
    const form = Object.fromEntries(new URLSearchParams(body));
    const signature = twilio.getExpectedTwilioSignature(signed ? this.authToken : 'guessed', url.href, form);
    const request = sendRequest(this.webhookBase + url.pathname + url.search, {
      method: 'POST',
      agent: this.#connections,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'Content-Length': Buffer.byteLength(body),
        'X-Twilio-Signature': signature,
        Host: url.host,
      },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode ?? 0;
  }

  /** Fields of what someone writes. */
  formOf(person: TwilioPerson, text: string, id?: string): Form {
    const sid = this.sid('SM', id);
    return {
      ...this.#account,
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      SmsStatus: 'received',
      From: person.address,
      To: person.address.startsWith('whatsapp:') ? 'whatsapp:+15005550006' : '+15005550006',
      Body: text,
      NumMedia: '0',
      NumSegments: '1',
    };
  }

  get #account(): Form {
    return { AccountSid: this.accountSid, ApiVersion: '2010-04-01' };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.startsWith('/cdn/')) return this.#sendMedia(path.slice('/cdn'.length), request, response);
    const isMessage = path.endsWith('/Messages.json');
    const plan = this.#plans.get(path.includes('/Media/') ? 'media' : 'messages')?.shift();
    if (plan === 'hang') return;
    if (plan === 'reset') return void request.socket.resetAndDestroy();
    if (plan && plan !== 'well') return sendPlan(response, plan);
    try {
      const expected = `Basic ${Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64')}`;
      if (request.headers.authorization !== expected) throw new TwilioRefusal(401, 20003, 'Authenticate');
      if (path.includes('/Media/'))
        return void response
          .writeHead(307, { Location: `${this.url.replace('127.0.0.1', 'localhost')}/cdn${path}` })
          .end();
      const { status, body: answer } = await this.#run(request, path, body, isMessage);
      send(response, status, answer);
    } catch (error) {
      if (!(error instanceof TwilioRefusal)) throw error;
      const { status, code, message } = error;
      send(response, status, { status, code, message, more_info: `https://www.twilio.com/docs/errors/${code}` });
    }
    this.changes.emit('change');
  }

  async #run(request: IncomingMessage, path: string, body: string, isMessage: boolean): Promise<Answer> {
    const method = request.method ?? '';
    const isJson = request.headers['content-type']?.startsWith('application/json');
    const json = isJson && body ? JSON.parse(body) : undefined;
    const form = isJson ? {} : readForm(body);
    this.violations.push(...violationsOf(method, path, isJson ? { json } : { form }));
    const key = [...this.operations.keys()].find((one) => matches(one, `${method} ${path}`));
    const operation = key && this.operations.get(key);
    if (!operation && !(isMessage && method === 'POST')) throw new TwilioRefusal(404, 20404, 'not found');
    const answer = operation ? operation({ path, form, json }) : await this.#takeMessage(form);
    this.violations.push(...violationsOf(method, path, { answer: answer.body, status: answer.status }));
    return answer;
  }

  /** A message to someone, checked as Twilio does before it is queued. */
  async #takeMessage(form: Record<string, string[]>): Promise<Answer> {
    const [to = ''] = form.To ?? [];
    const [body = ''] = form.Body ?? [];
    const sender = form.MessagingServiceSid?.[0] ?? form.From?.[0];
    if (!sender) throw new TwilioRefusal(400, 21603, "A 'From' phone number is required.");
    if (!this.senders.has(sender)) throw new TwilioRefusal(400, 21606, `${sender} is not a valid sender`);
    if (!/^(?:whatsapp:)?\+[1-9]\d{6,14}$/.test(to)) throw new TwilioRefusal(400, 21211, `Invalid 'To': ${to}`);
    if (body.length > 1600) throw new TwilioRefusal(400, 21617, 'The concatenated message body exceeds 1600 letters');
    if (!body && !form.MediaUrl && !form.ContentSid) throw new TwilioRefusal(400, 21619, 'A text or media is required');
    if ((form.MediaUrl?.length ?? 0) > 10) throw new TwilioRefusal(400, 21623, 'Too many media files');
    const person = this.person(to);
    person.refuse(form);
    const media = await Promise.all((form.MediaUrl ?? []).map((url) => this.fetchMedia(url)));
    const message: TakenMessage = { sid: this.sid(media.length > 0 ? 'MM' : 'SM'), form, media };
    this.messages.push(message);
    person.seen.push(message);
    return { status: 201, body: this.#resourceOf(message) };
  }

  /** A file at the shop, as Twilio fetches it. */
  async fetchMedia(url: string): Promise<TakenMessage['media'][number]> {
    const { pathname, search, origin } = new URL(url);
    if (origin !== this.publicUrl) throw new TwilioRefusal(400, 21620, `${url} cannot be reached from outside`);
    const response = await fetch(this.webhookBase + pathname + search);
    if (!response.ok) throw new TwilioRefusal(400, 21620, `Invalid media URL(s): ${response.status}`);
    const content = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get('content-type') ?? '';
    return { name: decodeURIComponent(pathname.split('/').at(-1) ?? ''), type, content };
  }

  #resourceOf({ sid, form, media }: TakenMessage): object {
    const account = `/2010-04-01/Accounts/${this.accountSid}`;
    const service = form.MessagingServiceSid?.[0] ?? null;
    return {
      account_sid: this.accountSid,
      api_version: '2010-04-01',
      body: form.Body?.[0] ?? '',
      date_created: 'Sat, 21 Nov 2026 04:30:00 +0000',
      date_sent: null,
      date_updated: 'Sat, 21 Nov 2026 04:30:00 +0000',
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: form.From?.[0] ?? null,
      messaging_service_sid: service,
      num_media: String(media.length),
      num_segments: service ? '0' : '1',
      price: null,
      price_unit: null,
      sid,
      status: service ? 'accepted' : 'queued',
      subresource_uris: { media: `${account}/Messages/${sid}/Media.json` },
      to: form.To?.[0] ?? '',
      uri: `${account}/Messages/${sid}.json`,
    };
  }

  /** Files lie on another host, which must never see the account's key. */
  #sendMedia(path: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.media.get(path);
    if (!file) return void response.writeHead(404).end();
    if (request.headers.authorization) this.violations.push('the key was sent along to where files lie');
    const name = `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`;
    response.writeHead(200, { 'Content-Type': file.type, 'Content-Disposition': name }).end(file.content);
  }
}

function readForm(body: string): Record<string, string[]> {
  const fields = new URLSearchParams(body);
  return Object.fromEntries([...new Set(fields.keys())].map((name) => [name, fields.getAll(name)]));
}

function matches(pattern: string, call: string): boolean {
  return new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\*/g, '[^/]+')}$`).test(call);
}

function sendPlan(response: ServerResponse, plan: Exclude<Plan, string>): void {
  const { status, code = status === 429 ? 20429 : status * 100, retryAfter, html } = plan;
  if (html) return void response.writeHead(status, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  send(response, status, { status, code, message: 'planned', more_info: '' });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
