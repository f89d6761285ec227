import type { WireHistory, WireMessage } from '../wire.ts';

/** What stands in a thread, in order: an id once, its latest state. */
export class Thread {
  #messages = new Map<string, WireMessage>();
  /** changed since the last fetch began: newer than what that fetch brings */
  readonly #fresh = new Set<string>();
  /** written here and not yet told by the server */
  readonly #local = new Set<string>();
  older: string | null = null;

  get messages(): WireMessage[] {
    return [...this.#messages.values()];
  }

  get(id: string): WireMessage | undefined {
    return this.#messages.get(id);
  }

  /** Adds at the end, or replaces where it stands. */
  put(message: WireMessage): void {
    this.#messages.set(message.id, message);
    this.#fresh.add(message.id);
    this.#local.delete(message.id);
  }

  /** Adds what was written here; it stays until the server tells of it. */
  putLocal(message: WireMessage): void {
    this.put(message);
    this.#local.add(message.id);
  }

  remove(id: string): void {
    this.#messages.delete(id);
  }

  beginFetch(): void {
    this.#fresh.clear();
  }

  /** The latest page: older messages are kept where it overlaps them, what came meanwhile stays at the end. */
  reset(page: WireHistory): void {
    const listed = new Set(page.messages.map(({ id }) => id));
    for (const id of listed) this.#local.delete(id);
    const stays = (id: string): boolean => !listed.has(id) && (this.#fresh.has(id) || this.#local.has(id));
    const known = this.messages;
    const overlap = known.findIndex(({ id }) => listed.has(id));
    const before = known.slice(0, Math.max(0, overlap)).filter(({ id }) => !stays(id));
    if (before.length === 0) this.older = page.older;
    const latest = page.messages.map((message) => (this.#fresh.has(message.id) && this.get(message.id)) || message);
    const after = known.filter(({ id }) => stays(id));
    this.#messages = new Map([...before, ...latest, ...after].map((message) => [message.id, message]));
  }

  prepend(page: WireHistory): void {
    const earlier = page.messages.filter(({ id }) => !this.#messages.has(id));
    this.#messages = new Map([...earlier, ...this.messages].map((message) => [message.id, message]));
    this.older = page.older;
  }
}
