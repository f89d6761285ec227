import type { Types } from 'mongoose';
import type { AddressKey } from '../../message.ts';
import type { Run } from './run.ts';

const MOST = 300_000;

/** Knows which customer each person of a file is, by the person's key; asks the database for those it has forgotten. */
export class CustomerIndex {
  readonly #run: Pick<Run, 'db' | 'shopId'>;
  #known = new Map<string, Types.ObjectId | null>();

  constructor(run: Pick<Run, 'db' | 'shopId'>) {
    this.#run = run;
  }

  set(key: string, customerId: Types.ObjectId | null): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, customerId);
  }

  get(key: string): Types.ObjectId | undefined {
    return this.#known.get(key) ?? undefined;
  }

  /** Makes sure that `get` knows these. */
  async load(keys: Iterable<string>): Promise<void> {
    const missing = new Set<string>();
    for (const key of keys) if (key !== '' && !this.#known.has(key)) missing.add(key);
    if (missing.size === 0) return;
    const { db, shopId } = this.#run;
    const ids = [...missing].filter((key) => key.startsWith('id:')).map((key) => key.slice(3));
    const addresses = [...missing].filter((key) => !key.startsWith('id:')) as AddressKey[];
    const projection = { externalId: 1, 'addresses.key': 1 };
    for (const key of missing) this.set(key, null);
    for (const { _id, externalId } of await db.customers
      .find({ shopId, externalId: { $in: ids } }, { projection })
      .toArray()) {
      this.set(`id:${externalId}`, _id);
    }
    const left = ids.filter((id) => !this.get(`id:${id}`));
    if (left.length > 0) await this.#loadOthers(left);
    if (addresses.length === 0) return;
    const held = await db.customers.find({ shopId, 'addresses.key': { $in: addresses } }, { projection }).toArray();
    for (const customer of held) {
      for (const { key } of customer.addresses) if (missing.has(key)) this.set(key, customer._id);
    }
  }

  /** Those who have these ids since they were made one with another. */
  async #loadOthers(ids: string[]): Promise<void> {
    const { db, shopId } = this.#run;
    const filter = { shopId, otherIds: { $in: ids } };
    for await (const { _id, otherIds = [] } of db.customers.find(filter, { projection: { otherIds: 1 } }))
      for (const id of otherIds) this.set(`id:${id}`, _id);
  }
}
