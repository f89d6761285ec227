import type { AddressKey } from './message.ts';

type Listener = (address: AddressKey) => void;

/** What Kade is still doing for each address (a turn, an import, a send), so that a client can wait until it is idle. */
export class Work {
  readonly #open = new Map<AddressKey, Set<symbol>>();
  readonly #held = new Map<string, () => void>();
  readonly #listeners = new Set<Listener>();

  /** Marks one piece of work as begun; the returned function ends it (once). */
  begin(address: AddressKey): () => void {
    const piece = Symbol(address);
    const pieces = this.#open.get(address) ?? new Set();
    this.#open.set(address, pieces.add(piece));
    return () => {
      if (!pieces.delete(piece) || pieces.size > 0) return;
      this.#open.delete(address);
      for (const listener of this.#listeners) listener(address);
    };
  }

  /** Work that ends elsewhere than it begins, a job's for one: begun once per `key`, until it is released. */
  hold(address: AddressKey, key: string): void {
    if (!this.#held.has(key)) this.#held.set(key, this.begin(address));
  }

  release(key: string): void {
    this.#held.get(key)?.();
    this.#held.delete(key);
  }

  isIdle(address: AddressKey): boolean {
    return !this.#open.has(address);
  }

  /** Calls `listener` each time an address becomes idle; returns the way to stop it. */
  onIdle(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
