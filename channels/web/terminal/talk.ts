import { randomUUID } from 'node:crypto';
import { type Choice, parseAddress } from '../../../core/index.ts';
import type { WireAccepted, WireMessage } from '../wire.ts';
import { type FeedEvent, readEvents } from './eventFeed.ts';
import { printMessage } from './printMessage.ts';
import type { TerminalApi } from './terminalApi.ts';

/** A line that cannot be sent; the message says why. */
export class LineError extends Error {}
/** Kade was not idle in time. */
export class TalkTimeout extends Error {}

interface TalkOptions {
  readonly api: TerminalApi;
  readonly out: string | undefined;
  readonly write: (text: string) => void;
}

/** One sign-in's talk with Kade: lines go out as the owner or as a customer's phone, what comes back is written. */
export class Talk {
  readonly #options: TalkOptions;
  readonly #stop = new AbortController();
  /** what came for the owner and is not written yet; an edit replaces */
  readonly #pending = new Map<string, WireMessage>();
  /** what was seen already, as it was */
  readonly #seen = new Map<string, string>();
  /** the number of each address's last idle event */
  readonly #idle = new Map<string, number>();
  #own = '';
  #opened = false;
  /** null: the owner */
  #phone: string | null = null;
  /** of the last message that has any, for each one we speak as */
  readonly #choices = new Map<string, readonly Choice[]>();
  #wake = (): void => {};
  #broken: unknown;
  /** called at every event of the owner's chat: interactive use writes at once */
  onNews: ((isEdit: boolean) => void) | undefined;

  constructor(options: TalkOptions) {
    this.#options = options;
  }

  /** Signs in and listens; what stands in the chat already is seen. Resolves to the latest messages. */
  async open(): Promise<readonly WireMessage[]> {
    const { api } = this.#options;
    this.#own = (await api.session()).address;
    await new Promise<void>((resolve, reject) => {
      readEvents(api, this.#stop.signal, (event) => {
        if (event.event === 'ready') resolve();
        this.#take(event);
      }).catch((error: unknown) => {
        this.#broken = error;
        this.#wake();
        reject(error);
      });
    });
    const { messages } = await api.history();
    this.#pending.clear();
    for (const message of messages) this.#note(message);
    this.#opened = true;
    return messages;
  }

  close(): void {
    this.#stop.abort();
  }

  /** Sends one line and waits until Kade is idle on it; then writes what came. */
  async say(line: string, timeoutMs: number): Promise<void> {
    if (await this.#switch(line)) return;
    const seen = this.#phone ? await this.#phoneIds(this.#phone) : new Set<string>();
    const accepted = await this.#send(line);
    try {
      await this.#untilIdle(accepted, timeoutMs);
    } finally {
      await this.#writePhone(seen);
      await this.flush();
    }
  }

  /** Writes what came for the owner, while it is the owner who speaks. */
  async flush(): Promise<void> {
    if (this.#phone) return;
    const news = [...this.#pending.values()];
    this.#pending.clear();
    for (const message of news) await this.write(message);
  }

  async write(message: WireMessage): Promise<void> {
    this.#note(message);
    this.#options.write(await printMessage(this.#options.api, message, this.#options.out));
  }

  #note(message: WireMessage): void {
    this.#seen.set(message.id, contentOf(message));
    if (message.direction === 'out' && message.choices.length > 0) this.#choices.set(this.#speaker, message.choices);
  }

  get #speaker(): string {
    return this.#phone ?? this.#own;
  }

  async #switch(line: string): Promise<boolean> {
    const to = /^as\s+(\S+)$/i.exec(line)?.[1];
    if (to === 'owner') {
      this.#phone = null;
      await this.flush();
      return true;
    }
    if (!to || !parseAddress(to)) return false;
    const { messages } = await this.#options.api.phone(to);
    this.#phone = to;
    for (const message of messages) this.#note(message);
    return true;
  }

  #send(line: string): Promise<WireAccepted> {
    const { api } = this.#options;
    const id = randomUUID();
    const number = /^#(\d+)$/.exec(line)?.[1];
    const choices = this.#choices.get(this.#speaker) ?? [];
    const choice = number ? choices[Number(number) - 1] : undefined;
    if (number && !choice) throw new LineError(`There is no choice ${line}; the last message has ${choices.length}.`);
    const path = /^@(.+)$/.exec(line)?.[1];
    if (this.#phone) {
      if (path) throw new LineError('Files are sent as owner; write "as owner" first.');
      return api.answer(this.#phone, choice?.label ?? line);
    }
    if (path) return api.sendFile(id, path);
    return api.send(choice ? { id, choiceId: choice.id } : { id, text: line });
  }

  #take(event: FeedEvent): void {
    if (event.event === 'message') this.#takeMessage(event.data);
    else if (event.event === 'idle') this.#idle.set(event.data.address, event.number);
    else if (event.event === 'ready' && !event.data.resumed) void this.#catchUp();
    this.#wake();
  }

  #takeMessage(message: WireMessage): void {
    if (message.direction !== 'out' || this.#seen.get(message.id) === contentOf(message)) return;
    const isEdit = this.#seen.has(message.id);
    this.#pending.set(message.id, message);
    this.onNews?.(isEdit);
  }

  /** After a break that the stream could not bridge: the history has what was missed, and idle is asked for. */
  async #catchUp(): Promise<void> {
    if (!this.#opened) return;
    this.#idle.clear();
    const { messages } = await this.#options.api.history();
    for (const message of messages) this.#takeMessage(message);
    const address = this.#speaker;
    if ((await this.#options.api.idle(address)).idle) this.#idle.set(address, Number.POSITIVE_INFINITY);
    this.#wake();
  }

  async #untilIdle({ address, after }: WireAccepted, timeoutMs: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, timeoutMs);
    try {
      while ((this.#idle.get(address) ?? 0) <= after) {
        if (this.#broken) throw this.#broken;
        if (late) throw new TalkTimeout(`Kade was not done within ${timeoutMs / 1000} s; it goes on with the work.`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
      if (this.#idle.get(address) === Number.POSITIVE_INFINITY) this.#idle.delete(address);
    }
  }

  async #phoneIds(address: string): Promise<Set<string>> {
    return new Set((await this.#options.api.phone(address)).messages.map(({ id }) => id));
  }

  async #writePhone(seen: ReadonlySet<string>): Promise<void> {
    if (!this.#phone) return;
    const { messages } = await this.#options.api.phone(this.#phone);
    for (const message of messages) {
      if (message.direction === 'out' && !seen.has(message.id)) await this.write(message);
    }
  }
}

/** What a reader would see change. */
function contentOf({ text, choices, picture, file }: WireMessage): string {
  return JSON.stringify([text, choices, picture?.id, file?.id]);
}
