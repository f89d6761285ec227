import { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import { insertNew } from '../db/insertNew.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import { getShop } from '../shops/shops.ts';
import { linkTo, NO_TAIL, type Tail } from './chain.ts';
import type { Consent } from './consent.model.ts';
import { erasedAddress } from './tombstone.ts';

/** A row before it has its place in a chain. */
export type Entry = Omit<Consent, '_id' | 'shopId' | 'channel' | 'seq' | 'previous' | 'salt' | 'seal' | 'hash'>;

/** Every lost try means that another writer's row went in: so many writers at one address there are not. */
const ATTEMPTS = 100;

/**
 * Joins rows to the ends of their addresses' chains, each once per evidence; resolves to how many were new. Writers
 * beside each other are kept apart by the place in the chain, unique: who loses reads the end again. May be repeated.
 */
export async function appendEntries(
  db: Pick<Database, 'consents' | 'tombstones' | 'shops'>,
  shopId: Types.ObjectId,
  entries: readonly Entry[],
): Promise<number> {
  let added = 0;
  let left = entries;
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > ATTEMPTS) throw new Error('The consent ledger keeps changing');
    const chains = await readChains(db, shopId, [...new Set(left.map(({ address }) => address))]);
    left = left.filter((entry) => !chains.has(entry));
    // One row an address at a time: were two joined on and the first lost its place, the second would hang in the air.
    const [firsts, later] = firstOfEach(left);
    const rows = firsts.map((entry): Consent => {
      const row = { ...entry, channel: parseAddress(entry.address)?.channel ?? 'web' };
      return { _id: new Types.ObjectId(), shopId, ...row, ...linkTo(chains.tailOf(entry.address), row) };
    });
    const inserted = await insertNew(db.consents, rows);
    added += inserted;
    left = inserted === rows.length ? later : left;
  }
  return added;
}

function firstOfEach(entries: readonly Entry[]): [Entry[], Entry[]] {
  const seen = new Set<AddressKey>();
  const [firsts, later]: [Entry[], Entry[]] = [[], []];
  for (const entry of entries) {
    (seen.has(entry.address) ? later : firsts).push(entry);
    seen.add(entry.address);
  }
  return [firsts, later];
}

interface Chains {
  has(entry: Entry): boolean;
  tailOf(address: AddressKey): Tail;
}

/** The chains of these addresses as they are now; the chain of someone who was erased and came back goes on. */
async function readChains(
  db: Pick<Database, 'consents' | 'tombstones' | 'shops'>,
  shopId: Types.ObjectId,
  addresses: readonly AddressKey[],
): Promise<Chains> {
  const erased = new Map<AddressKey, AddressKey>();
  if (await db.tombstones.findOne({ shopId }, { projection: { _id: 1 } })) {
    const shop = await getShop(db, shopId);
    for (const address of addresses) erased.set(erasedAddress(shop, address), address);
  }
  const tails = new Map<AddressKey, Tail>();
  const known = new Set<string>();
  const rows = db.consents.find(
    { shopId, address: { $in: [...addresses, ...erased.keys()] }, seq: { $gt: 0 } },
    { projection: { address: 1, topic: 1, state: 1, evidenceId: 1, seq: 1, hash: 1 } },
  );
  for await (const row of rows) {
    const address = erased.get(row.address) ?? row.address;
    known.add(evidenceOf({ ...row, address }));
    if (row.seq > (tails.get(address)?.seq ?? 0)) tails.set(address, { seq: row.seq, hash: row.hash });
  }
  return {
    has: (entry) => known.has(evidenceOf(entry)),
    tailOf: (address) => tails.get(address) ?? NO_TAIL,
  };
}

function evidenceOf({
  evidenceId,
  address,
  topic,
  state,
}: Pick<Consent, 'evidenceId' | 'address' | 'topic' | 'state'>) {
  return `${evidenceId} ${topic} ${state} ${address}`;
}
