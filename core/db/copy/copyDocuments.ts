import type { mongo } from 'mongoose';
import { Refusal } from '../refusal.ts';
import { Digest } from './digest.ts';
import { exactDocument } from './exactDocument.ts';

const BATCH_DOCUMENTS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;
const SAY_EVERY = 10_000;

type Collection = mongo.Collection<mongo.Document>;

/**
 * Brings a collection of `to` to the documents of `from`, in the order of their _ids, and checks that both have the same
 * bytes. What an interrupted copy has written is the beginning of that order and is kept, if it is still the same.
 */
export async function copyDocuments(
  from: mongo.Db,
  to: mongo.Db,
  name: string,
  say: (line: string) => void,
): Promise<Digest> {
  await ensureCollection(from, to, name);
  const target = to.collection(name);
  const written = await target.countDocuments();
  const source = await copyFrom(written, from.collection(name), target, say);
  if (source.equals(await digestOf(target))) return source;
  if (written === 0)
    throw new Refusal(
      `${name} is not the same after copying: the server stored it otherwise, or someone writes to it. Stop what uses it and run the same command again.`,
    );
  say(`${name}: has changed since the last attempt and is copied anew`);
  await target.drop();
  return copyDocuments(from, to, name, say);
}

async function ensureCollection(from: mongo.Db, to: mongo.Db, name: string): Promise<void> {
  const [there] = await to.listCollections({ name }).toArray();
  if (there) return;
  const [info] = await from.listCollections({ name }).toArray();
  await to.createCollection(name, info && 'options' in info ? info.options : {});
}

/** Copies all but the first `written` documents; the digest of all. */
async function copyFrom(
  written: number,
  from: Collection,
  to: Collection,
  say: (line: string) => void,
): Promise<Digest> {
  const source = new Digest();
  const total = await from.estimatedDocumentCount();
  let batch: mongo.Document[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await to.insertMany(batch, { ordered: true, forceServerObjectId: true });
    batch = [];
    bytes = 0;
  };
  for await (const raw of rawDocuments(from, { _id: 1 })) {
    source.add(raw);
    if (source.count <= written) continue;
    batch.push(exactDocument(raw));
    bytes += raw.length;
    if (batch.length >= BATCH_DOCUMENTS || bytes >= BATCH_BYTES) await flush();
    if (source.count % SAY_EVERY === 0) say(`${from.collectionName}: ${source.count} of ${total}`);
  }
  await flush();
  return source;
}

async function digestOf(collection: Collection): Promise<Digest> {
  const digest = new Digest();
  for await (const raw of rawDocuments(collection)) digest.add(raw);
  return digest;
}

/** With `raw` the driver gives each document as its bytes. */
function rawDocuments(collection: Collection, sort?: { _id: 1 }): AsyncIterable<Uint8Array> {
  const options = { raw: true, batchSize: BATCH_DOCUMENTS, ...(sort ? { sort } : {}) };
  return collection.find({}, options) as unknown as AsyncIterable<Uint8Array>;
}
