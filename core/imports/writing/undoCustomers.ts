import type { Types } from 'mongoose';
import { SPOKEN_SOURCES } from '../../consents/consent.model.ts';
import { type DerivedConsent, withMarketing } from '../../consents/deriveConsent.ts';
import type { Customer, CustomerAddress } from '../../customers/customer.model.ts';
import { searchWords } from '../../customers/searchWords.ts';
import type { AddressKey } from '../../message.ts';
import type { JournalEntry } from '../import.model.ts';
import { documentIds } from './journal.ts';
import { sameValue } from './mergeCustomer.ts';
import { replayLedger } from './replayLedger.ts';
import { restoring, type Undo } from './undo.ts';

const ATTEMPTS = 5;

/** Takes customers back: those made go unless something else is attached to them since, those changed get their old values. */
export async function undoCustomers(undo: Undo, batch: JournalEntry[]): Promise<void> {
  const { db, shopId } = undo;
  const created = documentIds(batch.filter(({ before }) => before === null));
  const attached = await findAttached(undo, created);
  await db.customers.deleteMany({ shopId, _id: { $in: created.filter((id) => !attached.has(id.toHexString())) } });
  undo.kept += attached.size;
  const staying = batch.filter(({ before, documentId }) => before !== null || attached.has(documentId.toHexString()));
  for (let attempt = 1; staying.length > 0 && !(await restore(undo, staying)); attempt++) {
    if (attempt >= ATTEMPTS) throw new Error('Customers keep changing while an import is undone');
  }
}

/** Which customers have orders, interactions, campaign messages or words of their own, hex. */
async function findAttached({ db, shopId }: Undo, ids: Types.ObjectId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const customerId = { $in: ids };
  const options = { projection: { customerId: 1 } };
  const found = await Promise.all([
    db.orders.find({ shopId, customerId }, options).toArray(),
    db.interactions.find({ shopId, customerId }, options).toArray(),
    db.deliveries.find({ shopId, customerId }, options).toArray(),
    db.inbound.find({ shopId, customerId }, options).toArray(),
    db.consents.find({ shopId, customerId, source: { $in: [...SPOKEN_SOURCES] } }, options).toArray(),
  ]);
  return new Set(found.flat().flatMap((row) => (row.customerId ? [row.customerId.toHexString()] : [])));
}

/** Writes old values back; false where someone else changed a customer meanwhile. */
async function restore({ db, shopId }: Undo, batch: readonly JournalEntry[]): Promise<boolean> {
  const found = await db.customers.find({ shopId, _id: { $in: documentIds(batch) } }).toArray();
  const known = new Map(found.map((customer) => [customer._id.toHexString(), customer]));
  const ledger = await replayLedger(db, shopId, [
    ...new Set(found.flatMap(({ addresses }) => addresses.map(({ key }) => key))),
  ]);
  const writes = batch.flatMap((entry) => {
    const current = known.get(entry.documentId.toHexString());
    const update = current && oldValues(entry, current, ledger);
    const filter = { _id: entry.documentId, shopId, addresses: current?.addresses ?? [] };
    return update ? [{ updateOne: { filter, update } }] : [];
  });
  if (writes.length === 0) return true;
  const { matchedCount } = await db.customers.bulkWrite(writes, { ordered: false });
  return matchedCount === writes.length;
}

type Ledger = ReadonlyMap<AddressKey, DerivedConsent & { spoken: boolean }>;

function oldValues(entry: JournalEntry, current: Customer, ledger: Ledger) {
  const { before, changed } = entry;
  const { addresses: _, searchWords: __, ...plain } = changed ?? {};
  const update = restoring({ before, changed: plain }, current);
  const addresses = before
    ? oldAddresses((before as unknown as Customer).addresses, current.addresses, changed?.addresses, ledger)
    : current.addresses.map((address) => withMarketing(address, ledger.get(address.key)));
  const after = { ...current, ...update?.$set };
  for (const field of Object.keys(update?.$unset ?? {})) delete (after as Record<string, unknown>)[field];
  const words = searchWords({ ...after, addresses });
  const $set = {
    ...update?.$set,
    ...(sameValue(addresses, current.addresses) ? {} : { addresses }),
    ...(sameValue(words, current.searchWords) ? {} : { searchWords: words }),
  };
  const $unset = update?.$unset;
  if (Object.keys($set).length === 0 && !$unset) return null;
  return { ...(Object.keys($set).length > 0 ? { $set } : {}), ...($unset ? { $unset } : {}) };
}

/** Addresses as they were; one that the file brought stays where the person or a member has spoken of it since. */
function oldAddresses(
  before: readonly CustomerAddress[],
  current: readonly CustomerAddress[],
  written: unknown,
  ledger: Ledger,
): CustomerAddress[] {
  const own = new Map(before.map((address) => [address.key, address]));
  const brought = new Set(((written ?? []) as CustomerAddress[]).map(({ key }) => key).filter((key) => !own.has(key)));
  return current
    .filter(({ key }) => !brought.has(key) || ledger.get(key)?.spoken)
    .map((address) => {
      const old = own.get(address.key);
      return old && !ledger.get(address.key)?.spoken ? old : withMarketing(address, ledger.get(address.key));
    });
}
