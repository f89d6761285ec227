import { generateKeyPairSync, sign } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendGridAccount } from '../../channels/email/email.ts';
import { type MailBody, violationsOf } from './sendgridContract.ts';

/** How a request is answered. `hang`: never; `reset`: the line breaks once the request was read. */
export type Plan = 'well' | 'hang' | 'reset' | { status: number; headers?: Record<string, string>; body?: unknown };

/** A mail in somebody's box, as their app would show it. */
export interface Received {
  readonly to: string;
  readonly from: string;
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveryId: string;
  /** what SendGrid calls it in events */
  readonly sgMessageId: string;
  readonly attachments: readonly { name: string; type: string; contentId?: string; content: Buffer }[];
}

/** What somebody writes; fields of the form that Inbound Parse posts. */
export interface Written {
  from: string;
  subject?: string;
  text?: string;
  html?: string;
  headers?: readonly string[];
  dkim?: string;
  envelopeFrom?: string;
  charsets?: Record<string, string>;
  files?: readonly { name: string; type: string; content: Buffer; contentId?: string }[];
}

const MAX_BYTES = 30 * 1024 * 1024;
const ADDRESS = /^[\w.+'-]+@[\w-]+(?:\.[\w-]+)+$/;
export const FORM_TYPE = 'multipart/form-data; boundary=xYzZY';

/** SendGrid on loopback: one account, the boxes of the people it writes to, its webhooks. Every request is held against the official description. */
export class FakeSendGrid {
  readonly apiKey = 'SG.fake-key-for-tests.on-loopback-alone';
  readonly from = 'Test Shop <hello@shop.lk>';
  readonly inboundAddress = 'chat@mail.shop.lk';
  readonly inboundSecret = 'a-secret-for-tests-only';
  readonly boxes = new Map<string, Received[]>();
  readonly requests: MailBody[] = [];
  readonly removed: string[] = [];
  readonly violations: string[] = [];
  readonly changes = new EventEmitter().setMaxListeners(0);
  /** where webhooks go */
  webhookBase = '';
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #plans: Plan[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 40 });
  readonly #now: () => Date;
  #count = 0;

  private constructor(now: () => Date) {
    this.#now = now;
  }

  static async open(now: () => Date = () => new Date()): Promise<FakeSendGrid> {
    const fake = new FakeSendGrid(now);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As on the screen of the event webhook. */
  get eventsKey(): string {
    return this.#keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  }

  /** The account as the channel wants it. */
  get account(): SendGridAccount {
    const { apiKey, from, eventsKey, inboundAddress, inboundSecret, url: apiRoot } = this;
    return { apiKey, from, eventsKey, inboundAddress, inboundSecret, apiRoot };
  }

  /** Kade's settings for it. */
  get settings(): Record<string, string> {
    return {
      PUBLIC_URL: 'https://kade.test',
      SENDGRID_API_KEY: this.apiKey,
      SENDGRID_FROM: this.from,
      SENDGRID_EVENTS_KEY: this.eventsKey,
      SENDGRID_INBOUND_ADDRESS: this.inboundAddress,
      SENDGRID_INBOUND_SECRET: this.inboundSecret,
      SENDGRID_API_ROOT: this.url,
    };
  }

  /** The next requests are answered so. */
  plan(...plans: Plan[]): void {
    this.#plans.push(...plans);
  }

  box(email: string): Received[] {
    const box = this.boxes.get(email) ?? [];
    this.boxes.set(email, box);
    return box;
  }

  async close(): Promise<void> {
    this.#connections.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** An event of a mail, as the webhook lists it. */
  event(mail: Pick<Received, 'to' | 'deliveryId' | 'sgMessageId'>, event: string, more: object = {}): object {
    return {
      event,
      email: mail.to,
      timestamp: Math.floor(this.#now().getTime() / 1000),
      sg_event_id: `event-${++this.#count}`,
      sg_message_id: mail.sgMessageId,
      deliveryId: mail.deliveryId,
      ...more,
    };
  }

  /** Posts events, signed over the very bytes; resolves to the status. */
  postEvents(events: readonly object[] | string, signedAt: Date | null = this.#now()): Promise<number> {
    const body = Buffer.from(typeof events === 'string' ? events : JSON.stringify(events));
    const timestamp = String(Math.floor((signedAt ?? this.#now()).getTime() / 1000));
    const signed = Buffer.concat([Buffer.from(timestamp), signedAt ? body : Buffer.from('something else')]);
    const prefix = 'X-Twilio-Email-Event-Webhook';
    return this.#post('/hooks/email', body, {
      'Content-Type': 'application/json',
      [`${prefix}-Signature`]: sign('sha256', signed, this.#keys.privateKey).toString('base64'),
      [`${prefix}-Timestamp`]: timestamp,
    });
  }

  /** Posts a mail as Inbound Parse does; resolves to the status. */
  postMail(form: Buffer | string, secret = this.inboundSecret): Promise<number> {
    return this.#post(`/hooks/email/inbound/${secret}`, Buffer.from(form), { 'Content-Type': FORM_TYPE });
  }

  /** The form of a mail. */
  formOf({
    from,
    subject = '',
    text = '',
    html,
    headers = [],
    dkim,
    envelopeFrom,
    charsets = {},
    files = [],
  }: Written): Buffer {
    const email = /<([^>]+)>/.exec(from)?.[1] ?? from;
    const info = Object.fromEntries(
      files.map(({ name, type, contentId }, index) => [
        `attachment${index + 1}`,
        { filename: name, name, type, ...(contentId ? { 'content-id': contentId } : {}) },
      ]),
    );
    const fields: Record<string, string | Buffer> = {
      headers: [`From: ${from}`, `To: ${this.inboundAddress}`, ...headers, ''].join('\n'),
      dkim: dkim ?? `{@${email.split('@')[1]} : pass}`,
      to: this.inboundAddress,
      from,
      SPF: 'pass',
      subject,
      envelope: JSON.stringify({ to: [this.inboundAddress], from: envelopeFrom ?? email }),
      charsets: JSON.stringify({ from: 'UTF-8', subject: 'UTF-8', text: 'UTF-8', ...charsets }),
      text: Buffer.from(text, charsets.text ? 'latin1' : 'utf8'),
      ...(html ? { html } : {}),
      attachments: String(files.length),
      'attachment-info': JSON.stringify(info),
    };
    const part = (head: string, content: string | Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(`--xYzZY\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(content),
        Buffer.from('\r\n'),
      ]);
    return Buffer.concat([
      ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
      ...files.map(({ name, type, content }, index) =>
        part(`name="attachment${index + 1}"; filename="${name}"\r\nContent-Type: ${type}`, content),
      ),
      Buffer.from('--xYzZY--\r\n'),
    ]);
  }

  async #post(path: string, body: Buffer, headers: Record<string, string>): Promise<number> {
    const request = sendRequest(this.webhookBase + path, {
      method: 'POST',
      agent: this.#connections,
      headers: { ...headers, 'Content-Length': body.length },
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
    const bytes = Buffer.concat(chunks);
    const { method = '', url = '' } = request;
    const body = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    this.violations.push(...violationsOf(method, url, body));
    const plan = this.#plans.shift() ?? 'well';
    if (plan === 'hang') return;
    if (plan === 'reset') return void request.socket.resetAndDestroy();
    if (plan !== 'well') return void send(response, plan.status, plan.body ?? refusal('planned', 'null'), plan.headers);
    if (request.headers.authorization !== `Bearer ${this.apiKey}`)
      return void send(
        response,
        401,
        refusal('The provided authorization grant is invalid, expired, or revoked', 'null'),
      );
    if (method === 'DELETE') {
      this.removed.push(url);
      return void send(response, 204, undefined);
    }
    if (bytes.length > MAX_BYTES) return void send(response, 413, refusal('The mail is too large', 'null'));
    this.requests.push(body);
    this.#take(body, response);
    this.changes.emit('change');
  }

  #take(body: MailBody, response: ServerResponse): void {
    if (body.from.email !== 'hello@shop.lk')
      return void send(response, 403, refusal('The from address does not match a verified Sender Identity.', 'from'));
    const wrong = body.personalizations.flatMap(({ to }, index) =>
      ADDRESS.test(to[0]?.email ?? '')
        ? []
        : [{ message: 'Does not contain a valid address.', field: `personalizations.${index}.to.0.email`, help: null }],
    );
    if (wrong.length > 0) return void send(response, 400, { errors: wrong });
    const messageId = `msg${String(++this.#count).padStart(19, '0')}`;
    body.personalizations.forEach((person, index) => {
      this.box(person.to[0]?.email ?? '').push(receivedOf(body, person, `${messageId}.recvd-0-${index}.0`));
    });
    send(response, 202, undefined, { 'X-Message-Id': messageId });
  }
}

function receivedOf(body: MailBody, person: MailBody['personalizations'][number], sgMessageId: string): Received {
  const { substitutions = {}, headers = {}, custom_args = {} } = person;
  const replaced = (text: string): string =>
    Object.entries(substitutions).reduce((words, [mark, value]) => words.replaceAll(mark, () => value), text);
  const bodyOf = (type: string): string => replaced(body.content.find((one) => one.type === type)?.value ?? '');
  return {
    to: person.to[0]?.email ?? '',
    from: `${body.from.name ?? ''} <${body.from.email}>`,
    replyTo: body.reply_to?.email ?? '',
    subject: replaced(body.subject),
    get text() {
      return bodyOf('text/plain');
    },
    get html() {
      return bodyOf('text/html');
    },
    headers,
    deliveryId: custom_args.deliveryId ?? '',
    sgMessageId,
    attachments: (body.attachments ?? []).map(({ filename, type = '', content_id, content }) => ({
      name: filename,
      type,
      ...(content_id ? { contentId: content_id } : {}),
      content: Buffer.from(content, 'base64'),
    })),
  };
}

function refusal(message: string, field: string): object {
  return { errors: [{ message, field, help: null }] };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
