import type { Types } from 'mongoose';
import { appendEntries } from '../../consents/appendEntries.ts';
import type { DerivedConsent } from '../../consents/deriveConsent.ts';
import { tombstoneHash } from '../../consents/tombstone.ts';
import type { Customer } from '../../customers/customer.model.ts';
import type { AddressKey } from '../../message.ts';
import type { Problem } from '../rows/problem.ts';
import type { Person } from '../rows/readPerson.ts';
import { type Change, noteChanged, noteCreated } from './journal.ts';
import { changedFields, type Draft, type MergeMode, mergePerson, newCustomer } from './mergeCustomer.ts';
import { replayLedger } from './replayLedger.ts';
import { idsOf, type Run } from './run.ts';

/** A person of the file; `serial` is the same whenever the file is read again. */
export interface PersonRow {
  readonly person: Person;
  readonly serial: number;
}

/** Which customer a row's person is; null: nobody may be made of them (erased before). */
export interface Settled {
  readonly customerId: Types.ObjectId | null;
  readonly problems: Problem[];
}

const ATTEMPTS = 5;

/** Finds or makes the customers of a file and joins what it says to them: journal first, then the ledger, then the customers. */
export class PeopleWriter {
  readonly #run: Run;
  readonly #mode: MergeMode;
  readonly #idOf: (serial: number) => Types.ObjectId;
  #tombstones: boolean | null = null;

  constructor(run: Run, mode: MergeMode) {
    this.#run = run;
    this.#mode = mode;
    this.#idOf = idsOf(run, 'customers');
  }

  /** Writes a batch; one at a time. The answers stand in the order of the rows. */
  async write(rows: readonly PersonRow[]): Promise<Settled[]> {
    const erased = await this.#findErased(rows);
    for (let attempt = 1; ; attempt++) {
      const batch = await this.#load(rows);
      const settled = rows.map((row) => this.#settle(batch, row, erased));
      if (await this.#save(batch)) return settled;
      // Someone else (a STOP, a member) changed one of them between reading and writing: read again, join again.
      if (attempt >= ATTEMPTS) throw new Error('Customers keep changing while a file is imported');
    }
  }

  async #findErased(rows: readonly PersonRow[]): Promise<ReadonlySet<string>> {
    const { db, shopId, plan } = this.#run;
    this.#tombstones ??= (await db.tombstones.findOne({ shopId })) !== null;
    if (!this.#tombstones) return new Set();
    const hashes = new Map<string, string>();
    for (const { person } of rows) {
      for (const identity of identitiesOf(person)) hashes.set(tombstoneHash(plan.shop, identity), identity);
    }
    const found = await db.tombstones.find({ shopId, hash: { $in: [...hashes.keys()] } }).toArray();
    return new Set(found.map(({ hash }) => hashes.get(hash) ?? ''));
  }

  async #load(rows: readonly PersonRow[]): Promise<Batch> {
    const { db, shopId } = this.#run;
    const ids = new Set(rows.map(({ person }) => person.externalId).filter((id) => id !== ''));
    const keys = new Set(rows.flatMap(({ person }) => person.addresses));
    const batch: Batch = { byId: new Map(), byAddress: new Map(), drafts: new Map(), ledger: new Map() };
    if (ids.size > 0) {
      addFound(batch, await db.customers.find({ shopId, externalId: { $in: [...ids] } }).toArray());
      const left = [...ids].filter((id) => !batch.byId.has(id));
      addFound(batch, await db.customers.find({ shopId, otherIds: { $in: left } }).toArray());
    }
    if (keys.size === 0) return batch;
    addFound(batch, await db.customers.find({ shopId, 'addresses.key': { $in: [...keys] } }).toArray());
    const unheld = [...keys].filter((key) => !batch.byAddress.has(key));
    batch.ledger = await replayLedger(db, shopId, unheld);
    return batch;
  }

  #settle(batch: Batch, { person, serial }: PersonRow, erased: ReadonlySet<string>): Settled {
    if (erased.size > 0 && identitiesOf(person).some((identity) => erased.has(identity))) {
      return { customerId: null, problems: [{ reason: 'erased', column: '', cell: '' }] };
    }
    const { shopId, startedAt } = this.#run;
    let draft = findHolder(batch, person);
    if (!draft) {
      draft = { customer: newCustomer(this.#idOf(serial), shopId, startedAt), before: null, wishes: [] };
      batch.drafts.set(draft.customer._id.toHexString(), draft);
    }
    const problems: Problem[] = [];
    const free: AddressKey[] = [];
    for (const key of person.addresses) {
      const holder = batch.byAddress.get(key);
      if (holder && holder !== draft)
        problems.push({ reason: 'address_taken', column: '', cell: key.slice(key.indexOf(':') + 1) });
      else free.push(key);
    }
    mergePerson(draft, person, this.#mode, free, batch.ledger);
    if (draft.customer.externalId) batch.byId.set(draft.customer.externalId, draft);
    for (const key of free) batch.byAddress.set(key, draft);
    // The same phone is taken on SMS and on WhatsApp: said once.
    const told = new Map(problems.map((problem) => [problem.cell, problem]));
    return { customerId: draft.customer._id, problems: [...told.values()] };
  }

  /** Writes what changed; false where a customer was changed by someone else meanwhile. */
  async #save(batch: Batch): Promise<boolean> {
    const { db, shopId, startedAt } = this.#run;
    const created: Customer[] = [];
    const changes: (Change & { before: Customer; changed: Record<string, unknown> })[] = [];
    for (const draft of batch.drafts.values()) {
      const { before, customer } = draft;
      if (!before) {
        created.push(customer);
        continue;
      }
      const changed = changedFields(draft);
      if (Object.keys(changed).length === 0) continue;
      changes.push({ id: customer._id, before, changed: { ...changed, updatedAt: startedAt } });
    }
    if (created.length > 0)
      await noteCreated(
        this.#run,
        'customers',
        created.map(({ _id }) => _id),
      );
    await noteChanged(this.#run, 'customers', changes);
    await this.#noteWishes(batch);
    if (created.length > 0) await db.customers.insertMany(created, { ordered: false });
    if (changes.length === 0) return true;
    const { matchedCount } = await db.customers.bulkWrite(
      changes.map(({ id, before, changed }) => ({
        updateOne: { filter: { _id: id, shopId, addresses: before.addresses }, update: { $set: changed } },
      })),
      { ordered: false },
    );
    return matchedCount === changes.length;
  }

  async #noteWishes(batch: Batch): Promise<void> {
    const { db, shopId, importId, startedAt } = this.#run;
    const evidenceId = importId.toHexString();
    const rows = [...batch.drafts.values()].flatMap(({ customer, wishes }) =>
      wishes.map(({ address, state, words }) => ({
        customerId: customer._id,
        address,
        topic: 'marketing' as const,
        state,
        source: 'import' as const,
        words,
        evidenceId,
        at: startedAt,
      })),
    );
    await appendEntries(db, shopId, rows);
  }
}

interface Batch {
  byId: Map<string, Draft>;
  byAddress: Map<AddressKey, Draft>;
  /** by the customer's id */
  drafts: Map<string, Draft>;
  ledger: ReadonlyMap<AddressKey, DerivedConsent>;
}

function addFound(batch: Batch, found: readonly Customer[]): void {
  for (const customer of found) {
    const id = customer._id.toHexString();
    if (batch.drafts.has(id)) continue;
    const draft: Draft = { customer: { ...customer }, before: customer, wishes: [] };
    batch.drafts.set(id, draft);
    if (customer.externalId) batch.byId.set(customer.externalId, draft);
    for (const other of customer.otherIds ?? []) batch.byId.set(other, draft);
    for (const { key } of customer.addresses) batch.byAddress.set(key, draft);
  }
}

/** The customer with the file's id; else who holds an address, unless the file calls that one by another id. */
function findHolder(batch: Batch, person: Person): Draft | undefined {
  const named = person.externalId ? batch.byId.get(person.externalId) : undefined;
  if (named) return named;
  for (const key of person.addresses) {
    const holder = batch.byAddress.get(key);
    if (holder && (!person.externalId || !holder.customer.externalId)) return holder;
  }
  return undefined;
}

function identitiesOf(person: Person): string[] {
  return person.externalId ? [`id:${person.externalId}`, ...person.addresses] : person.addresses;
}
