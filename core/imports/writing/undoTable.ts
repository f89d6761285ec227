import { Types } from 'mongoose';
import { appendEntries, type Entry } from '../../consents/appendEntries.ts';
import { updateFigures } from '../../customers/updateFigures.ts';
import type { Database } from '../../db/database.ts';
import type { Order } from '../../orders/order.model.ts';
import type { Import, JournalEntry } from '../import.model.ts';
import { documentIds, JOURNALLED, type Journalled } from './journal.ts';
import { restoring, type Undo } from './undo.ts';
import { undoCustomers } from './undoCustomers.ts';

const BATCH = 500;

/**
 * Takes back what an import wrote, from its journal: what it made goes, what it changed gets its old values, unless
 * someone has changed or attached something since. Entries leave the journal when they are done, so a repeat (`again`)
 * goes on. Resolves to the number of documents that stayed because something else is attached to them.
 */
export async function undoTable(
  db: Database,
  doc: Pick<Import, '_id' | 'shopId' | 'kept'>,
  now: Date,
  again: boolean,
): Promise<number> {
  const { _id: importId, shopId } = doc;
  const undo: Undo = { db, shopId, importId, now, touched: new Set(), kept: doc.kept ?? 0 };
  await takeBackConsents(undo);
  let sold: ReadonlySet<string> | undefined;
  const steps: Record<Journalled, (batch: JournalEntry[]) => Promise<void>> = {
    orders: (batch) => undoOrders(undo, batch),
    products: async (batch) => {
      sold ??= await findSold(undo);
      await undoProducts(undo, batch, sold);
    },
    customers: (batch) => undoCustomers(undo, batch),
  };
  for (const collection of JOURNALLED) await eachBatch(undo, collection, steps[collection]);
  const touched = [...undo.touched].map((id) => new Types.ObjectId(id));
  await updateFigures(db, shopId, again ? 'all' : touched);
  return undo.kept;
}

async function eachBatch(
  { db, importId }: Undo,
  collection: Journalled,
  step: (batch: JournalEntry[]) => Promise<void>,
): Promise<void> {
  for (;;) {
    const batch = take(await db.importJournal.find({ importId, collection }).limit(BATCH).toArray());
    if (batch.length === 0) return;
    await step(batch);
    await db.importJournal.deleteMany({ importId, collection, _id: { $in: batch.map(({ _id }) => _id) } });
  }
}

/** The first entries that stand for not many more than 2,000 documents together. */
function take(entries: readonly JournalEntry[]): JournalEntry[] {
  let documents = 0;
  const until = entries.findIndex(({ alsoMade = [] }) => {
    documents += 1 + alsoMade.length;
    return documents >= 4 * BATCH;
  });
  return until < 0 ? [...entries] : entries.slice(0, until + 1);
}

/** The ledger keeps what the file said; a row for each says that it counts no more. */
async function takeBackConsents({ db, shopId, importId, now }: Undo): Promise<void> {
  const evidenceId = importId.toHexString();
  let batch: Entry[] = [];
  const flush = async (): Promise<void> => {
    await appendEntries(db, shopId, batch);
    batch = [];
  };
  for await (const row of db.consents.find({ shopId, evidenceId })) {
    if (row.source !== 'import') continue;
    const { customerId, address, topic } = row;
    const undone = { state: 'unknown' as const, source: 'undo' as const, words: '', evidenceId, at: now };
    batch.push({ customerId, address, topic, ...undone });
    if (batch.length >= BATCH) await flush();
  }
  await flush();
}

async function undoOrders({ db, shopId, touched }: Undo, batch: JournalEntry[]): Promise<void> {
  const touch = (customerId: Types.ObjectId | undefined): void => {
    if (customerId) touched.add(customerId.toHexString());
  };
  const ids = documentIds(batch);
  const current = await db.orders.find({ shopId, _id: { $in: ids } }, { projection: { customerId: 1 } }).toArray();
  for (const { customerId } of current) touch(customerId);
  const created = batch.filter(({ before }) => before === null);
  await db.orders.deleteMany({ shopId, _id: { $in: documentIds(created) } });
  const olds = batch.flatMap(({ before }) => (before ? [before as unknown as Order] : []));
  if (olds.length === 0) return;
  const owners = olds.flatMap(({ customerId }) => (customerId ? [customerId] : []));
  const alive = await db.customers.find({ shopId, _id: { $in: owners } }, { projection: { _id: 1 } }).toArray();
  const living = new Set(alive.map(({ _id }) => _id.toHexString()));
  const writes = olds.map(({ _id, ...old }) => {
    touch(old.customerId);
    // Someone who was forgotten since does not come back with an old order.
    if (old.customerId && !living.has(old.customerId.toHexString())) delete old.customerId;
    return { replaceOne: { filter: { _id, shopId }, replacement: old, upsert: true } };
  });
  await db.orders.bulkWrite(writes, { ordered: false });
}

async function undoProducts(undo: Undo, batch: JournalEntry[], sold: ReadonlySet<string>): Promise<void> {
  const { db, shopId } = undo;
  const created = documentIds(batch.filter(({ before }) => before === null));
  const made = await db.products.find({ shopId, _id: { $in: created } }, { projection: { sku: 1 } }).toArray();
  // Other files' orders name them: they stay.
  const going = made.filter(({ sku }) => !sold.has(sku)).map(({ _id }) => _id);
  undo.kept += made.length - going.length;
  await db.products.deleteMany({ shopId, _id: { $in: going } });
  const changed = batch.filter(({ before }) => before !== null);
  const found = await db.products.find({ shopId, _id: { $in: documentIds(changed) } }).toArray();
  const known = new Map(found.map((product) => [product._id.toHexString(), product]));
  const writes = changed.flatMap((entry) => {
    const update = restoring(entry, known.get(entry.documentId.toHexString()));
    return update ? [{ updateOne: { filter: { _id: entry.documentId, shopId }, update } }] : [];
  });
  if (writes.length > 0) await db.products.bulkWrite(writes, { ordered: false });
}

/** The products that the orders which are left name. */
async function findSold({ db, shopId }: Undo): Promise<Set<string>> {
  const sold = new Set<string>();
  const orders = db.orders.find({ shopId }, { projection: { _id: 0, 'lines.sku': 1 } });
  for await (const { lines } of orders) for (const { sku } of lines) sold.add(sku);
  return sold;
}
