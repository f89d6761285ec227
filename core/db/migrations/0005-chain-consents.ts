import type { Connection, mongo } from 'mongoose';
import { linkTo, NO_TAIL, type Tail } from '../../consents/chain.ts';
import type { Consent } from '../../consents/consent.model.ts';
import { erasedAddress } from '../../consents/tombstone.ts';
import { type AddressKey, parseAddress } from '../../message.ts';
import type { Shop } from '../../shops/shop.model.ts';
import { createIndexes } from './0001-create-indexes.ts';

const BATCH = 1_000;
const OLD_INDEX = 'shopId_1_address_1_topic_1_at_1';

/** Joins the consents from before chains to one chain an address, oldest first. Repeatable: a row that has its place keeps it. */
export async function chainConsents(connection: Connection): Promise<void> {
  const db = connection.getClient().db(connection.name);
  const consents: mongo.Collection<Consent> = db.collection('consents');
  for await (const shop of db.collection<Shop>('shops').find()) {
    const erased = new Map<AddressKey, Tail>();
    // Of an address that was erased and came back, the erased rows are the beginning.
    for (const address of [{ $regex: '^web:erased-' }, { $not: { $regex: '^web:erased-' } }])
      await chainAddresses(consents, shop, { shopId: shop._id, address } as mongo.Filter<Consent>, erased);
  }
  await createIndexes(connection);
  if (await consents.indexExists(OLD_INDEX)) await consents.dropIndex(OLD_INDEX);
}

async function chainAddresses(
  consents: mongo.Collection<Consent>,
  shop: Shop,
  filter: mongo.Filter<Consent>,
  erased: Map<AddressKey, Tail>,
): Promise<void> {
  let writes: mongo.AnyBulkWriteOperation<Consent>[] = [];
  let rows: Consent[] = [];
  const flush = async (): Promise<void> => {
    // In order, so that a chain that was cut short is a chain.
    if (writes.length > 0) await consents.bulkWrite(writes, { ordered: true });
    writes = [];
  };
  const closeAddress = async (): Promise<void> => {
    const [first] = rows;
    if (!first) return;
    const before = erased.size > 0 ? erased.get(erasedAddress(shop, first.address)) : undefined;
    const end = joinRows(rows, before ?? NO_TAIL, (write) => writes.push(write));
    if (first.address === erasedAddress(shop, first.address)) erased.set(first.address, end);
    rows = [];
    if (writes.length >= BATCH) await flush();
  };
  for await (const row of consents.find(filter).sort({ shopId: 1, address: 1, topic: 1, at: 1 })) {
    if (rows[0] && rows[0].address !== row.address) await closeAddress();
    rows.push(row);
  }
  await closeAddress();
  await flush();
}

function joinRows(rows: Consent[], before: Tail, add: (write: mongo.AnyBulkWriteOperation<Consent>) => void): Tail {
  const placed = rows.filter(({ seq }) => seq).sort((a, b) => a.seq - b.seq);
  const left = rows.filter(({ seq }) => !seq).sort((a, b) => a.at.getTime() - b.at.getTime() || compareIds(a, b));
  let tail: Tail = placed.at(-1) ?? before;
  for (const row of left) {
    const channel = parseAddress(row.address)?.channel ?? 'web';
    const link = linkTo(tail, { ...row, words: row.words ?? '', channel });
    add({ updateOne: { filter: { _id: row._id }, update: { $set: { words: row.words ?? '', channel, ...link } } } });
    tail = link;
  }
  return tail;
}

function compareIds(a: Consent, b: Consent): number {
  return a._id.toHexString() < b._id.toHexString() ? -1 : 1;
}
