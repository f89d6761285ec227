import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { CHROMIUM } from '../channels/web/openBrowser.ts';

/** What a phone shows of a message that Kade sent. */
export interface SeenOnWhatsApp {
  readonly key: string;
  readonly chat: string;
  readonly type: string;
  text: string;
  readonly file?: { readonly name: string; readonly mimeType: string; readonly content: Buffer };
}

/** What the page hands to the library for a message. */
interface Fields {
  readonly id: string;
  readonly key: string;
  readonly chat: string;
  readonly from: string;
  readonly to: string;
  readonly fromMe: boolean;
  readonly type: string;
  readonly t: number;
  readonly body?: string;
  readonly caption?: string;
  readonly [more: string]: unknown;
}

/** How the next message that is sent fares: given to the server (1), refused (-1), never answered, or the line breaks once it was read. */
export type SendPlan = 1 | -1 | 'hang' | 'reset';

const NUMBER = '94770009999';

/** WhatsApp Web on loopback: the real library opens a page of ours in the real Chromium, and the phones are here. */
export class FakeWhatsAppWeb {
  /** of the shop's account, without a plus */
  readonly number = NUMBER;
  readonly seen: SeenOnWhatsApp[] = [];
  /** numbers that WhatsApp was asked about */
  readonly asked: string[] = [];
  readonly lids: { lid: string; phone?: string }[] = [];
  /** what the phone keeps for a page that was away */
  readonly history: Fields[] = [];
  readonly strangers = new Set<string>();
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly #files = new Map<string, Buffer>();
  readonly #plans: SendPlan[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #page: ServerResponse | null = null;
  #messages = 0;
  #refs = 0;
  /** pages opened so far */
  opened = 0;
  /** the page is opened, and then nothing more is heard of WhatsApp */
  silent = false;
  /** the page told the phone to forget it */
  signedOut = false;

  static async open(): Promise<FakeWhatsAppWeb> {
    const fake = new FakeWhatsAppWeb();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  /**
   * Makes a data folder ready: the page as the version kept there, and a Chromium that reaches nothing but loopback.
   * Gives the settings.
   */
  async furnish(dataDir: string): Promise<Record<string, string>> {
    const pages = join(dataDir, 'whatsapp', 'pages');
    await mkdir(pages, { recursive: true });
    const script = readFileSync(new URL('./whatsappWebPage.mjs', import.meta.url), 'utf8');
    const host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    await writeFile(
      join(pages, '2.9999.0.html'),
      `<!doctype html><title>WhatsApp</title><script type="module">${script.replace('__SERVER__', `http://${host}`)}</script>`,
    );
    const chromium = join(dataDir, 'chromium');
    const loopbackOnly = '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"';
    // A page of the internet may not speak with this machine otherwise.
    const likePublic = `--ip-address-space-overrides=${host}=public`;
    await writeFile(chromium, `#!/bin/sh\nexec ${CHROMIUM} ${loopbackOnly} ${likePublic} --disable-gpu "$@"\n`);
    await chmod(chromium, 0o755);
    return { WHATSAPP_WEB: 'on', CHROMIUM_PATH: chromium };
  }

  /** Somebody scans the code. */
  pair(): void {
    this.#do('pair');
  }

  /** The code on the page is renewed. */
  renewCode(): void {
    this.#do('qr', { ref: `ref${++this.#refs}` });
  }

  /** The connection of the page becomes this. */
  setState(state: string): void {
    this.#do('state', { state });
  }

  /** The owner takes the device away on the phone. */
  unlink(): void {
    this.#do('logout');
  }

  /** What the phone says later of a message. */
  acknowledge(key: string, ack: number): void {
    this.#do('ack', { key, ack });
  }

  /** WhatsApp tells whose number is behind a hidden one. */
  reveal(lid: string, phone: string): void {
    this.#do('lids', { lid, phone });
  }

  plan(...plans: SendPlan[]): void {
    this.#plans.push(...plans);
  }

  /** A message to the shop, or typed on the shop's own phone, `more` what else the library would find on it; its id. */
  write(chat: string, body: string, more: Partial<Fields> = {}): string {
    const message = this.messageOf(chat, body, more);
    this.#do('inbound', { message });
    return message.key;
  }

  /** A message that waits on the phone until the page is connected. */
  greet(chat: string, body: string): void {
    this.#do('greet', { message: this.messageOf(chat, body, { t: Math.floor(Date.now() / 1000) }) });
  }

  /** A file sent to the shop. */
  sendFile(chat: string, name: string, content: Buffer, more: Partial<Fields> = {}): string {
    const directPath = `/media/${this.#files.size}`;
    this.#files.set(directPath, content);
    const media = { type: 'document', directPath, filename: name, mimetype: 'text/csv', size: content.length };
    return this.write(chat, '', { ...media, ...more });
  }

  messageOf(chat: string, body: string, more: Partial<Fields> = {}): Fields {
    const id = more.id ?? `AC${(++this.#messages).toString(16).toUpperCase().padStart(30, '0')}`;
    const fromMe = more.fromMe ?? false;
    const own = `${this.number}@c.us`;
    return {
      key: `${fromMe}_${chat}_${id}`,
      chat,
      from: fromMe ? own : chat,
      to: fromMe ? chat : own,
      fromMe,
      type: 'chat',
      t: Math.floor(Date.parse('2026-11-21T04:30:00Z') / 1000),
      body,
      ...more,
      id,
    };
  }

  /** Waits until something is so; 30 s at most. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    const signal = AbortSignal.timeout(30_000);
    for (;;) {
      const found = look();
      if (found) return found;
      await once(this.changes, 'change', { signal });
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #do(doing: string, words: object = {}): void {
    this.#page?.write(`data: ${JSON.stringify({ doing, ...words })}\n\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const path = request.url ?? '';
    if (path === '/events') return this.#admit(response);
    if (path === '/account')
      return void response.end(JSON.stringify({ number: this.number, lids: this.lids, history: this.history }));
    const file = this.#files.get(path);
    if (request.method === 'GET') return void response.writeHead(file ? 200 : 404).end(file);
    const posted = JSON.parse(await readText(request));
    const answer = this.#take(path, posted);
    if (answer === 'reset') response.destroy();
    else if (answer !== 'hang') response.end(JSON.stringify(answer));
    this.changes.emit('change');
  }

  #admit(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    this.#page = response;
    this.opened += 1;
    this.renewCode();
    if (!this.silent) this.#do('connect');
    this.changes.emit('change');
  }

  /** What the page is answered; `hang`: nothing, ever. */
  #take(path: string, posted: object): object | null | 'hang' | 'reset' {
    if (path === '/exists') {
      const { wid } = posted as { wid: string };
      this.asked.push(wid);
      return this.strangers.has(wid) ? null : { wid: { _serialized: wid } };
    }
    if (path === '/edited') {
      const { key, text } = posted as { key: string; text: string };
      for (const message of this.seen) if (message.key === key) message.text = text;
      return {};
    }
    if (path === '/logout') this.signedOut = true;
    if (path !== '/sent') return {};
    const plan = this.#plans.shift() ?? 1;
    const { file, ...sent } = posted as SeenOnWhatsApp & { file?: { data: string } };
    if (plan !== -1)
      this.seen.push({
        ...sent,
        ...(file ? { file: { ...file, content: Buffer.from(file.data, 'base64') } as never } : {}),
      });
    return typeof plan === 'number' ? { ack: plan } : plan;
  }
}
