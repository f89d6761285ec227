import type mongoose from 'mongoose';

// The load of the kill test: each slot is one document with one writer, which takes it from step to step.

export type Slots = mongoose.mongo.Collection<{ _id: number; [field: string]: unknown }>;

/** Slots that a writer of their own takes through six kinds of writes, and slots that are written in one bulk. */
export const SINGLE = Array.from({ length: 24 }, (_, slot) => slot);
export const BULK = Array.from({ length: 16 }, (_, i) => SINGLE.length + i);

/** Whether a slot has no document after this step. */
export const isGone = (slot: number, step: number) => step < 0 || (slot < SINGLE.length && step % 6 === 5);

/** A slot's document after a step: every field follows from the two, some documents have many pages. */
export const documentOf = (slot: number, step: number) => ({
  _id: slot,
  step,
  unique: `u${slot}-${step % 5}`,
  tags: [`s${slot}`, `t${step % 7}`, `t${(step + 1) % 7}`],
  group: step % 3,
  text: String(step % 10).repeat((step * 7919) % (step % 9 === 0 ? 40_000 : 400)),
});

export const INDEXES: Parameters<Slots['createIndexes']>[0] = [
  { key: { unique: 1 }, unique: true },
  { key: { tags: 1, step: -1 } },
  { key: { group: 1 }, partialFilterExpression: { step: { $gte: 3 } } },
];

/** Takes one slot to a step: inserted, changed in four ways, deleted, and again. */
export async function writeOne(collection: Slots, slot: number, step: number): Promise<void> {
  const { _id, ...fields } = documentOf(slot, step);
  switch (step % 6) {
    case 0:
      return void (await collection.insertOne({ _id, ...fields }));
    case 1:
      return void (await collection.updateOne({ _id }, { $set: fields }, { writeConcern: { j: true } }));
    case 2:
      return void (await collection.replaceOne({ unique: documentOf(slot, step - 1).unique }, fields));
    case 3:
      return void (await collection.findOneAndUpdate({ tags: `s${slot}` }, { $set: fields }));
    case 4:
      return void (await collection.updateMany({ $or: [{ _id }, { tags: `s${slot}` }] }, [{ $set: fields }]));
    default:
      await collection.deleteMany({ tags: `s${slot}`, step: step - 1 });
  }
}

/** Takes slots to a step in one bulk, ordered or not. */
export async function writeBulk(collection: Slots, slots: readonly number[], step: number): Promise<void> {
  const writes = slots.map((slot) => {
    const { _id, ...replacement } = documentOf(slot, step);
    return { replaceOne: { filter: { _id }, replacement, upsert: true } };
  });
  await collection.bulkWrite(writes, { ordered: step % 2 === 0 });
}

/** What is there: each slot's step. Throws where a document is not whole, or an index does not agree with the documents. */
export async function inspect(collection: Slots): Promise<Record<string, number>> {
  const docs = await collection.find({}).hint({ $natural: 1 }).toArray();
  const steps: Record<string, number> = {};
  for (const doc of docs) {
    const step = Number(doc.step);
    if (JSON.stringify(doc) !== JSON.stringify(documentOf(doc._id, step))) fail(`half written: ${doc._id} at ${step}`);
    steps[doc._id] = step;
  }
  const covered = docs.filter(({ step }) => Number(step) >= 3).length;
  if ((await collection.estimatedDocumentCount()) !== docs.length) fail('the count is not that of the documents');
  await holds(collection, '_id_', docs.length, docs.length);
  await holds(collection, 'unique_1', docs.length, docs.length);
  await holds(collection, 'tags_1_step_-1', docs.length, docs.length * 3);
  await holds(collection, 'group_1', covered, covered);
  // As many entries as there are keys, and each key leads to its document: so none is missing and none too many.
  await Promise.all(docs.map((doc) => leadsTo(collection, doc as unknown as ReturnType<typeof documentOf>)));
  return steps;
}

async function holds(collection: Slots, index: string, documents: number, keys: number): Promise<void> {
  const { executionStats } = await collection.find({}).hint(index).explain('executionStats');
  const { totalKeysExamined, totalDocsExamined, nReturned } = executionStats;
  if (totalKeysExamined !== keys || totalDocsExamined !== documents || nReturned !== documents)
    fail(`${index} has ${totalKeysExamined} of ${keys} keys, ${nReturned} of ${documents} documents`);
}

async function leadsTo(collection: Slots, doc: ReturnType<typeof documentOf>): Promise<void> {
  const { _id, step, unique, tags, group } = doc;
  const searches = [
    { filter: { unique }, hint: 'unique_1' },
    ...tags.map((tag) => ({ filter: { tags: tag, step }, hint: 'tags_1_step_-1' })),
    ...(step >= 3 ? [{ filter: { group, step: { $gte: 3 } }, hint: 'group_1' }] : []),
  ];
  for (const { filter, hint } of searches) {
    const found = await collection.find(filter).hint(hint).project({ _id: 1 }).toArray();
    if (!found.some((other) => other._id === _id)) fail(`${hint} does not lead to ${_id} at ${step}`);
  }
}

function fail(fault: string): never {
  throw new Error(fault);
}
