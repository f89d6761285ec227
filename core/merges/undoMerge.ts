import type { mongo, Types } from 'mongoose';
import { recordConsents, settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { searchWords } from '../customers/searchWords.ts';
import { updateFigures } from '../customers/updateFigures.ts';
import { KadeError } from '../errors.ts';
import { sameValue } from '../imports/writing/mergeCustomer.ts';
import type { Merge } from './merge.model.ts';
import { point } from './moveAll.ts';
import { tellSegments } from './tellSegments.ts';

const ATTEMPTS = 20;

/** A merge that is whole, with whom it took out. */
type Whole = Merge & { before: Customer };

/**
 * Parts two customers that were made one: each is what they were, but for what was changed by hand since; what came since
 * to an address goes with it. Each step may be repeated. `merge_later` when the one who stays was merged away since.
 */
export async function undoMerge(core: Core, shopId: Types.ObjectId, mergeId: Types.ObjectId): Promise<Merge> {
  const merge = await core.db.merges.findOne({ _id: mergeId, shopId });
  if (!merge?.before || (merge.state !== 'merged' && merge.state !== 'undoing')) throw new KadeError('merge_undone');
  const { into, from } = merge;
  const later = await core.db.merges.findOne({ shopId, from: into, live: true });
  if (later) throw new KadeError('merge_later');
  await core.db.merges.updateOne({ _id: mergeId }, { $set: { state: 'undoing' } });
  const whole: Whole = { ...merge, before: merge.before };
  await takeBack(core, whole);
  await bringBack(core, whole);
  await moveBack(core, whole);
  await takeBackRefusals(core, whole);
  await updateFigures(core.db, shopId, [into, from]);
  await core.db.mergeMoves.deleteMany({ mergeId });
  // Nothing of a person stays in a record that is needed no more.
  const $unset = { live: '', before: '', given: '', was: '', ticket: '' } as const;
  await core.db.merges.updateOne({ _id: mergeId }, { $set: { state: 'undone' }, $unset });
  await tellSegments(core, merge.before, [into, from]);
  return merge;
}

/** The one who stays is as before; a field that was changed since stays as it is. */
async function takeBack(core: Core, { _id, shopId, into, before, given = {}, was = {} }: Whole): Promise<void> {
  const keys = new Set(before.addresses.map(({ key }) => key));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const customer = await core.db.customers.findOne({ _id: into, shopId, merges: _id });
    if (!customer) return;
    const fields = Object.keys(given).filter(
      (field) => field !== 'addresses' && sameValue(customer[field as keyof Customer], given[field as keyof Customer]),
    );
    const back = fields.filter((field) => was[field as keyof Customer] !== undefined);
    const $set = {
      ...Object.fromEntries(back.map((field) => [field, was[field as keyof Customer]])),
      addresses: customer.addresses.filter(({ key }) => !keys.has(key)),
    };
    const gone = fields.filter((field) => !back.includes(field));
    const after = { ...customer, ...$set };
    for (const field of gone) delete after[field as keyof Customer];
    const update = {
      $set: { ...$set, searchWords: searchWords(after), updatedAt: core.clock.now() },
      $pull: { merges: _id },
      ...(gone.length > 0 ? { $unset: Object.fromEntries(gone.map((field) => [field, ''])) } : {}),
    } as mongo.UpdateFilter<Customer>;
    const filter = {
      _id: into,
      shopId,
      merges: _id,
      addresses: { $eq: customer.addresses },
      updatedAt: customer.updatedAt,
    };
    if ((await core.db.customers.updateOne(filter, update)).modifiedCount > 0) return;
  }
  throw new Error('The customer was changed again and again meanwhile');
}

/** The other is a customer again, with the addresses that nobody else has come to hold. */
async function bringBack(core: Core, { shopId, from, before, ticket }: Whole): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await core.db.customers.findOne({ _id: from, shopId }, { projection: { _id: 1 } })) break;
    const keys = before.addresses.map(({ key }) => key);
    const holders = await core.db.customers.find({ shopId, 'addresses.key': { $in: keys } }).toArray();
    const held = new Set(holders.flatMap(({ addresses }) => addresses.map(({ key }) => key)));
    const addresses = before.addresses.filter(({ key }) => !held.has(key));
    await insertOnce(() => core.db.customers.insertOne({ ...before, addresses }));
  }
  if (ticket) await insertOnce(() => core.db.tickets.insertOne(ticket));
}

async function insertOnce(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error;
  }
}

/** What was moved, and what came to their addresses since. */
async function moveBack({ db }: Core, { _id, shopId, into, from, before }: Whole): Promise<void> {
  const way = { _id, shopId, from: into, to: from };
  for await (const { collection, ids } of db.mergeMoves.find({ mergeId: _id })) await point(db, collection, way, ids);
  const keys = before.addresses.map(({ key }) => key);
  const since = { shopId, customerId: into };
  const idsOf = (rows: { _id: Types.ObjectId }[]) => rows.map((row) => row._id);
  const only = { projection: { _id: 1 } };
  const received = idsOf(await db.inbound.find({ ...since, from: { $in: keys } }, only).toArray());
  await point(db, 'inbound', way, received);
  // A message and its interaction have the same id.
  await point(db, 'interactions', way, received);
  await point(db, 'deliveries', way, idsOf(await db.deliveries.find({ ...since, to: { $in: keys } }, only).toArray()));
  await point(db, 'consents', way, idsOf(await db.consents.find({ ...since, address: { $in: keys } }, only).toArray()));
}

/** A refusal that one number carried to the other channel was of one person; the ledger keeps both rows. */
async function takeBackRefusals(core: Core, { _id, shopId, before }: Whole): Promise<void> {
  const evidenceId = _id.toHexString();
  const carried = await core.db.consents.find({ shopId, evidenceId, source: 'merge' }).toArray();
  await recordConsents(
    core,
    shopId,
    carried.map(({ customerId, address, topic }) => ({
      customerId,
      address,
      topic,
      state: 'unknown' as const,
      source: 'undo' as const,
      words: '',
      evidenceId,
    })),
  );
  await settleConsents(
    core,
    shopId,
    before.addresses.map(({ key }) => key),
  );
}
