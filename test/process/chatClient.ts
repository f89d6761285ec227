import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { WireMessage, WireSession } from '../../channels/web/wire.ts';

type Listener = (event: string, data: unknown) => void;
type Said = { text: string } | { choiceId: string } | { path: string };

/** A member who talks to a running Kade over its API, as a page does. */
export class ChatClient {
  readonly #url: string;
  readonly #token: string;
  readonly #listeners = new Set<Listener>();
  readonly #known = new Set<string>();
  readonly #stream = new AbortController();

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Opens the event stream; resolves when it is there. */
  async open(): Promise<this> {
    const response = await this.#fetch('/api/events', { signal: this.#stream.signal });
    const ready = this.#next((event) => event === 'ready');
    void this.#read(response).catch(() => undefined);
    await ready;
    return this;
  }

  close(): void {
    this.#stream.abort();
  }

  /** Says, taps or sends something; resolves to the first new message that comes. */
  async ask(what: Said): Promise<WireMessage> {
    const reply = this.nextMessage();
    await this.post(what);
    return reply;
  }

  /** Resolves when Kade has nothing left to do for this member: turns, imports, sends. */
  async untilIdle(): Promise<void> {
    const address = encodeURIComponent(((await (await this.#fetch('/api/session')).json()) as WireSession).address);
    while (!((await (await this.#fetch(`/api/idle?address=${address}`)).json()) as { idle: boolean }).idle)
      await setTimeout(100);
  }

  /** The next message that is not an edit of a known one. */
  async nextMessage(): Promise<WireMessage> {
    return (await this.#next((event, data) => {
      const { direction, id } = data as WireMessage;
      return event === 'message' && direction === 'out' && !this.#known.has(id);
    })) as WireMessage;
  }

  /** The next message with a choice whose id begins so. */
  async messageWith(choiceId: string): Promise<WireMessage> {
    return (await this.#next((event, data) => {
      const { direction, choices } = data as WireMessage;
      return event === 'message' && direction === 'out' && choices.some(({ id }) => id.startsWith(choiceId));
    })) as WireMessage;
  }

  async post(what: Said): Promise<void> {
    const id = randomUUID();
    const accepted = await ('path' in what
      ? this.#fetch(`/api/files?id=${id}&name=${encodeURIComponent(basename(what.path))}`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream', 'content-length': `${(await stat(what.path)).size}` },
          body: Readable.toWeb(createReadStream(what.path)) as ReadableStream,
          duplex: 'half',
        } as RequestInit)
      : this.#fetch('/api/messages', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id, ...what }),
        }));
    if (accepted.status !== 202) throw new Error(`${accepted.status} ${await accepted.text()}`);
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${this.#token}` },
    });
  }

  #listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #next(wanted: (event: string, data: unknown) => boolean): Promise<unknown> {
    return new Promise((resolve) => {
      const stop = this.#listen((event, data) => {
        if (!wanted(event, data)) return;
        stop();
        resolve(data);
      });
    });
  }

  async #read(response: Response): Promise<void> {
    if (!response.body) throw new Error('The event stream has no body');
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of response.body) {
      const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#tell(block);
    }
  }

  #tell(block: string): void {
    const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
    const data: unknown = JSON.parse(field('data') || 'null');
    if (data === null) return;
    const event = field('event');
    for (const listener of [...this.#listeners]) listener(event, data);
    if (event === 'message') this.#known.add((data as WireMessage).id);
  }
}
