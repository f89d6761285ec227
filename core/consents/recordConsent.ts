import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer, CustomerAddress, Topic } from '../customers/customer.model.ts';
import type { AddressKey } from '../message.ts';
import { appendEntries, type Entry } from './appendEntries.ts';
import type { Consent } from './consent.model.ts';
import { type DerivedConsent, deriveConsent } from './deriveConsent.ts';

/** A change of consent as it is reported; `at` is now unless given. */
export type ConsentChange = Omit<Entry, 'at'> & { at?: Date };

/** Adds one change to the ledger; see recordConsents. */
export async function recordConsent(core: Core, shopId: Types.ObjectId, change: ConsentChange): Promise<boolean> {
  return (await recordConsents(core, shopId, [change])) > 0;
}

/**
 * Adds changes to the append-only ledger, each once per evidence, then writes what the ledger now says to the customers'
 * addresses. Resolves to the number of rows that were new. May be repeated.
 */
export async function recordConsents(
  core: Pick<Core, 'db' | 'clock'>,
  shopId: Types.ObjectId,
  changes: readonly ConsentChange[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const now = core.clock.now();
  const added = await appendEntries(
    core.db,
    shopId,
    changes.map((change): Entry => ({ ...change, at: change.at ?? now })),
  );
  await settleConsents(core, shopId, [...new Set(changes.map((change) => change.address))]);
  return added;
}

/**
 * Writes what the ledger says to the addresses of customers. A writer beside us may have read an older ledger and write
 * after us: so each looks again after writing, and the last one is right.
 */
export async function settleConsents(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  addresses: readonly AddressKey[],
): Promise<void> {
  let written = '';
  for (;;) {
    const derived = await replay(core, shopId, addresses);
    const fingerprint = JSON.stringify(derived);
    if (fingerprint === written) return;
    written = fingerprint;
    const writes = derived.flatMap(({ address, topic, consent }) => stateWrite(shopId, address, topic, consent));
    if (writes.length > 0) await core.db.customers.bulkWrite(writes, { ordered: false });
  }
}

async function replay(core: Pick<Core, 'db'>, shopId: Types.ObjectId, addresses: readonly AddressKey[]) {
  const rows = await core.db.consents
    .find({ shopId, address: { $in: [...addresses] }, seq: { $gt: 0 } })
    .sort({ address: 1, seq: 1 })
    .toArray();
  const ledgers = new Map<string, Consent[]>();
  for (const row of rows) {
    const key = `${row.topic} ${row.address}`;
    const ledger = ledgers.get(key);
    if (ledger) ledger.push(row);
    else ledgers.set(key, [row]);
  }
  return [...ledgers.values()].flatMap((ledger) =>
    ledger[0] ? [{ address: ledger[0].address, topic: ledger[0].topic, consent: deriveConsent(ledger) }] : [],
  );
}

function stateWrite(
  shopId: Types.ObjectId,
  address: AddressKey,
  topic: Topic,
  { state, stopped, held }: DerivedConsent,
): mongo.AnyBulkWriteOperation<Customer>[] {
  const fields: Partial<CustomerAddress> =
    topic === 'marketing' ? { marketing: state, stopped, held } : { service: state };
  const $set = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`addresses.$.${name}`, value]));
  return [{ updateOne: { filter: { shopId, 'addresses.key': address }, update: { $set } } }];
}
