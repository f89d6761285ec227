import type { WireEvents } from '../wire.ts';

type Listeners = { [E in keyof WireEvents]: (data: WireEvents[E], number: number) => void };

const EVENTS = ['ready', 'message', 'idle', 'phone'] as const;
const MAX_WAIT_MS = 10_000;

/** The page's one event stream. Opens itself again after a break and asks to go on from the last event; `onState(false)` while there is none. */
export class Stream {
  readonly #listeners: Listeners;
  readonly #onState: (connected: boolean) => void;
  #source: EventSource | undefined;
  #lastId = '';
  #failures = 0;
  #timer = 0;

  constructor(listeners: Listeners, onState: (connected: boolean) => void) {
    this.#listeners = listeners;
    this.#onState = onState;
  }

  open(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(`/api/events${this.#lastId ? `?last=${this.#lastId}` : ''}`);
    this.#source = source;
    for (const event of EVENTS) this.#listen(source, event);
    source.onerror = () => this.#retry();
  }

  /** The browser's own retry gives up on some errors; ours does not. */
  #retry(): void {
    this.#source?.close();
    this.#onState(false);
    this.#timer = window.setTimeout(() => this.open(), Math.min(MAX_WAIT_MS, 500 * 2 ** this.#failures));
    this.#failures += 1;
  }

  #listen<E extends keyof WireEvents>(source: EventSource, event: E): void {
    source.addEventListener(event, ({ data, lastEventId }) => {
      if (lastEventId) this.#lastId = lastEventId;
      if (event === 'ready') {
        this.#failures = 0;
        this.#onState(true);
      }
      this.#listeners[event](JSON.parse(data), Number(lastEventId.split('-')[1] ?? 0));
    });
  }
}
