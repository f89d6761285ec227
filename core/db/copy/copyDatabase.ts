import type { mongo } from 'mongoose';
import { Refusal } from '../refusal.ts';
import { copyDocuments } from './copyDocuments.ts';
import { copyIndexes } from './copyIndexes.ts';

/** One side of a copy: a database, and how a person knows it (never with a password). */
export interface Side {
  db: mongo.Db;
  label: string;
}

/** In the target from the first document until all is verified: what is being copied there. */
export const MARK = 'unfinishedCopy';

interface Mark {
  _id: 'copy';
  source: string;
}

/**
 * Copies every collection with its documents and indexes into an empty database, or goes on with a copy of the same
 * source that was interrupted; `say` is told the progress in lines. Each collection is verified by count and hash.
 */
export async function copyDatabase(from: Side, to: Side, say: (line: string) => void): Promise<void> {
  const names = await collectionsOf(from.db);
  if (names.includes(MARK)) throw new Refusal(`${from.label} is itself an unfinished copy. Finish that one first.`);
  if (names.length === 0) throw new Refusal(`There is nothing in ${from.label}. Check DATA_DIR and MONGODB_NAME.`);
  await begin(from, to, names, say);
  for (const name of names) {
    const { count, hex } = await copyDocuments(from.db, to.db, name, say);
    say(`${name}: ${count} documents, the same on both sides (${hex.slice(0, 16)})`);
  }
  // After all documents: what has a time to live may go from then on.
  for (const name of names) await copyIndexes(from.db.collection(name), to.db.collection(name));
  say(`Indexes: the same on both sides, in ${names.length} collections`);
  await to.db.dropCollection(MARK);
}

/** Marks the target as this copy's. Throws a Refusal when it has anything else. */
async function begin(from: Side, to: Side, names: string[], say: (line: string) => void): Promise<void> {
  const marks = to.db.collection<Mark>(MARK);
  const mark = await marks.findOne({ _id: 'copy' });
  const there = (await collectionsOf(to.db)).filter((name) => name !== MARK);
  if (mark && mark.source !== from.label)
    throw new Refusal(`${to.label} has an unfinished copy of ${mark.source}. Finish that one, or empty it.`);
  if (mark) {
    say(`Going on with the copy to ${to.label}`);
    for (const name of there) if (!names.includes(name)) await to.db.dropCollection(name);
    return;
  }
  for (const name of there) {
    if (await to.db.collection(name).findOne({}, { projection: { _id: 1 } }))
      throw new Refusal(
        `${to.label} has data already (${name}). Nothing was changed; name another database by MONGODB_NAME, or empty that one.`,
      );
  }
  await marks.insertOne({ _id: 'copy', source: from.label });
}

async function collectionsOf(db: mongo.Db): Promise<string[]> {
  const all = await db.listCollections({ type: 'collection' }).toArray();
  return all
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}
