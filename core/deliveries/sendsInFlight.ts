import type { Types } from 'mongoose';
import type { Database } from '../db/database.ts';

/** Sends that this process has begun and not yet written down, by customer: whoever must be sure that nothing leaves any more waits for them. */
class SendsInFlight {
  readonly #open = new Map<string, Set<Promise<void>>>();

  /** Enters before a row is claimed; the returned function leaves once its outcome is in the database. */
  enter(customerIds: readonly Types.ObjectId[]): () => void {
    let leave = (): void => undefined;
    const sends = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const keys = customerIds.map((id) => id.toHexString());
    for (const key of keys) this.#open.set(key, (this.#open.get(key) ?? new Set()).add(sends));
    return () => {
      for (const key of keys) {
        const open = this.#open.get(key);
        open?.delete(sends);
        if (open?.size === 0) this.#open.delete(key);
      }
      leave();
    };
  }

  /** Resolves when the sends to this customer (to anyone, without an id) that are open now are over. */
  async settled(customerId?: Types.ObjectId): Promise<void> {
    const open = customerId
      ? (this.#open.get(customerId.toHexString()) ?? [])
      : [...this.#open.values()].flatMap((sends) => [...sends]);
    await Promise.all(open);
  }
}

const byDatabase = new WeakMap<Database, SendsInFlight>();

/** The sends in flight to one database's customers. */
export function sendsInFlight(db: Database): SendsInFlight {
  const known = byDatabase.get(db);
  if (known) return known;
  const created = new SendsInFlight();
  byDatabase.set(db, created);
  return created;
}
