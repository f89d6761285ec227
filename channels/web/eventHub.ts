import type { Response } from 'express';
import type { AddressKey } from '../../core/index.ts';
import type { WireEvents } from './wire.ts';

interface StoredEvent {
  readonly seq: number;
  /** null: everyone signed in */
  readonly to: AddressKey | null;
  readonly frame: string;
}

const KEPT_EVENTS = 500;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;

/** Every open event stream, and the latest events for those that reconnect. Event ids are `<start>-<number>`, numbers grow. */
export class EventHub {
  readonly #start: string;
  readonly #streams = new Map<Response, AddressKey>();
  #events: StoredEvent[] = [];
  #seq = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(start: string) {
    this.#start = start;
  }

  /** The number of the latest event. */
  get seq(): number {
    return this.#seq;
  }

  /** Pushes to all open streams of an address, or to all. */
  push<E extends keyof WireEvents>(to: AddressKey | null, event: E, data: WireEvents[E]): void {
    this.#seq += 1;
    const frame = `id: ${this.#start}-${this.#seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#events.push({ seq: this.#seq, to, frame });
    if (this.#events.length > 2 * KEPT_EVENTS) this.#events = this.#events.slice(-KEPT_EVENTS);
    for (const [stream, address] of this.#streams) {
      if (to === null || to === address) this.#write(stream, frame);
    }
  }

  /** Turns a response into a stream for an address; with the id of the last event seen it goes on from there, if that is still known. */
  open(address: AddressKey, response: Response, lastEventId: string | undefined): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    const missed = this.#missedSince(lastEventId);
    const ready = JSON.stringify({ resumed: missed !== null } satisfies WireEvents['ready']);
    const id = missed ? lastEventId : `${this.#start}-${this.#seq}`;
    response.write(`retry: 1000\nid: ${id}\nevent: ready\ndata: ${ready}\n\n`);
    for (const { to, frame } of missed ?? []) if (to === null || to === address) response.write(frame);
    response.write(this.#beat());
    this.#streams.set(response, address);
    response.on('close', () => this.#streams.delete(response));
    this.#heartbeat ??= setInterval(() => this.#beatAll(), HEARTBEAT_MS).unref();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams.keys()) stream.end();
    this.#streams.clear();
  }

  #missedSince(lastEventId: string | undefined): StoredEvent[] | null {
    const [start, number] = (lastEventId ?? '').split('-');
    const seen = Number(number);
    const first = this.#events[0]?.seq ?? this.#seq + 1;
    if (start !== this.#start || !(seen >= first - 1 && seen <= this.#seq)) return null;
    return this.#events.filter((event) => event.seq > seen);
  }

  /** A comment that keeps the line open; its id moves the reader on past events that were not for it. */
  #beat(): string {
    return `id: ${this.#start}-${this.#seq}\n: beat\n\n`;
  }

  #beatAll(): void {
    for (const stream of this.#streams.keys()) this.#write(stream, this.#beat());
  }

  /** A reader that takes nothing off the line is cut; it reconnects and fetches. */
  #write(stream: Response, frame: string): void {
    if (stream.writableLength > MAX_WAITING_BYTES) stream.destroy();
    else stream.write(frame);
  }
}
