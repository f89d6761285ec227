import mongoose from 'mongoose';
import type { Collection } from './engines.ts';
import { failed, KNOWN } from './known.ts';
import { SAME } from './stages.ts';
import type { Batch, Call, Doc } from './values.ts';

const { EJSON } = mongoose.mongo.BSON;
// Nothing is turned into JavaScript's own types on the way: an Int32 stays an Int32.
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };

/** Where the two answers to a call differ, or what is left of its documents afterwards. */
export interface Difference {
  call: Call;
  embedded: string;
  real: string;
}

/** Puts the documents into both collections, makes all calls on both, and tells what differs: answers and what is left. */
export async function compareBatch(pair: [Collection, Collection], batch: Batch): Promise<Difference[]> {
  const [embedded, real] = await Promise.all(pair.map((collection) => answersOf(collection, batch)));
  if (!embedded || !real) return [];
  if (embedded.refused !== real.refused)
    return [differenceOf({ method: 'find', args: ['documents put in'] }, embedded.refused, real.refused)];
  const indexes = JSON.stringify(batch.indexes ?? []);
  const given = batch.calls.map((call, i) => differenceOf(call, embedded.answers[i], real.answers[i]));
  const left = batch.calls.map((call, i) => differenceOf(call, embedded.left[i], real.left[i]));
  return batch.calls.flatMap((_, i) => {
    const [answer, rest] = [given[i] as Difference, left[i] as Difference];
    if (!same(answer)) return isKnown(answer, null, indexes) ? [] : [answer]; // what it left differs with it
    return same(rest) || isKnown(rest, answer.embedded, indexes) ? [] : [rest];
  });
}

const differenceOf = (call: Call, embedded = '', real = ''): Difference => ({ call, embedded, real: unpacked(real) });

/** `answer`: what the call was answered with, where the difference is in what it left. */
function isKnown({ call, embedded, real }: Difference, answer: string | null, indexes: string): boolean {
  const text = EJSON.stringify(call.args, { relaxed: false });
  const seen = { call, text, indexes, own: embedded, real, left: answer !== null, refused: failed(answer ?? '') };
  return KNOWN.some(({ covers }) => covers(seen));
}

async function answersOf(collection: Collection, { docs, calls, indexes = [] }: Batch) {
  for (const [i, [key, options]] of indexes.entries()) await collection.createIndex(key, { ...options, name: `i${i}` });
  const refused = docs.length > 0 ? await insertRefused(collection, docs) : '';
  const answers = await Promise.all(calls.map((call) => answerOf(collection, call)));
  const found = await collection.find({}, EXACT).sort({ _id: 1 }).toArray();
  await collection.drop();
  const left = calls.map((_, group) => normalise(found.filter((doc) => Number(doc.g ?? -1) === group)));
  return { answers, left, refused };
}

/** Which of the documents a unique index refuses. */
async function insertRefused(collection: Collection, docs: Doc[]): Promise<string> {
  try {
    await collection.insertMany(docs, { ordered: false });
    return '';
  } catch (error) {
    return JSON.stringify([(error as { writeErrors?: unknown }).writeErrors].flat().map((one) => (one as Doc).index));
  }
}

async function answerOf(collection: Collection, { method, args, unordered }: Call): Promise<string> {
  try {
    return normalise(await made(collection, method, args), unordered, method === 'aggregate');
  } catch (error) {
    const { code, codeName, result, writeErrors } = error as Doc & { result?: Doc };
    if (method !== 'bulkWrite') return normalise({ code, codeName });
    const each = [writeErrors].flat().map((one) => ({ index: (one as Doc)?.index, code: (one as Doc)?.code }));
    return normalise({ each, counts: countsOf(result) });
  }
}

async function made(collection: Collection, method: Call['method'], args: unknown[]): Promise<unknown> {
  if (method === 'find') return collection.find(args[0] as Doc, { ...(args[1] as Doc), ...EXACT }).toArray();
  if (method === 'aggregate') {
    const pipeline = JSON.stringify(args[0]).includes(SAME) ? named(args[0], collection.collectionName) : args[0];
    return collection.aggregate(pipeline as Doc[], EXACT).toArray();
  }
  if (method === 'bulkWrite') return countsOf((await collection.bulkWrite(args[0] as never, args[1] as Doc)) as never);
  const exact = method === 'distinct' || method.startsWith('findOneAnd');
  const given = exact
    ? [...args.slice(0, -1), method === 'distinct' ? args.at(-1) : { ...(args.at(-1) as Doc), ...EXACT }]
    : args;
  if (method === 'distinct') given.push(EXACT);
  const answer = await (collection[method] as (...list: unknown[]) => Promise<unknown>)(...given);
  if (!method.startsWith('findOneAnd') || !(answer as Doc).lastErrorObject) return answer;
  return { last: (answer as Doc).lastErrorObject, value: (answer as Doc).value };
}

function named(value: unknown, name: string): unknown {
  if (value === SAME) return name;
  if (Array.isArray(value)) return value.map((item) => named(item, name));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, named(item, name)]));
}

function countsOf(result: Doc | undefined): unknown {
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedIds } = result ?? {};
  return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedIds };
}

/** An answer as text, with the types of its numbers; computed doubles to twelve digits, zero without its sign. */
function normalise(answer: unknown, unordered = false, computed = false): string {
  const text = (value: unknown) => {
    const json = EJSON.stringify(value ?? null, { relaxed: false });
    if (!computed) return json.replaceAll('"-0.0"', '"0.0"');
    return json.replace(/(?<="\$numberDouble":")[^"]*/g, (digits) =>
      String(Number(Number(digits).toPrecision(12)) + 0),
    );
  };
  return unordered && Array.isArray(answer) ? `[${answer.map(text).sort().join()}]` : text(answer);
}

/** A gateway that knows no names of errors answers `Error`. */
const same = ({ embedded, real }: { embedded: string; real: string }): boolean =>
  embedded === real || embedded.replace(/("codeName":)"[^"]*"/, '$1"Error"') === real;

/** Inside a write's answer a gateway packs its own states of five letters. */
const unpacked = (real: string): string =>
  real.replace(
    /("code":\{"\$numberInt":")(\d{8,})"/g,
    (_, before: string, code: string) => `${before}${PACKED[Number(code) >> 24] ?? code}"`,
  );

const PACKED: Record<number, number> = { 1: 2, 2: 5, 3: 9, 4: 14 };
