import { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type Merge, MOVED, type MovedCollection } from './merge.model.ts';

const BATCH = 1_000;
const DUPLICATE = 11000;

interface Pointed {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  customerId?: Types.ObjectId;
  campaignId?: Types.ObjectId;
}
type Way = Pick<Merge, '_id' | 'shopId'> & { from: Types.ObjectId; to: Types.ObjectId };

/** Changes the customer of everything that points to one; each batch is written down before it is changed. */
export async function moveAll(db: Core['db'], way: Way): Promise<void> {
  for (const name of MOVED) {
    const { shopId, from } = way;
    const rows = await collectionOf(db, name)
      .find({ shopId, customerId: from }, { projection: { campaignId: 1 } })
      .toArray();
    const ids = name === 'deliveries' ? await withoutDoubles(db, way, rows) : rows.map(({ _id }) => _id);
    for (let first = 0; first < ids.length; first += BATCH) {
      const batch = ids.slice(first, first + BATCH);
      await db.mergeMoves.insertOne({ _id: new Types.ObjectId(), mergeId: way._id, collection: name, ids: batch });
      await point(db, name, way, batch);
    }
  }
}

/** Changes the customer of these documents, where it is still the one before. */
export async function point(
  db: Core['db'],
  name: MovedCollection,
  way: Way,
  ids: readonly Types.ObjectId[],
): Promise<void> {
  const { shopId, from, to } = way;
  const writes = ids.map((_id) => ({
    updateOne: { filter: { _id, shopId, customerId: from }, update: { $set: { customerId: to } } },
  }));
  try {
    if (writes.length > 0) await collectionOf(db, name).bulkWrite(writes, { ordered: false });
  } catch (error) {
    // A row of the same campaign was planned for the other one meanwhile: it stays, and the gate knows whose it is.
    const problems = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (problems.length === 0 || problems.some(({ code }) => code !== DUPLICATE)) throw error;
  }
}

/** Of a campaign that has both, one message is enough: the row of the one who goes stays theirs, and is not sent. */
async function withoutDoubles(db: Core['db'], way: Way, rows: readonly Pointed[]): Promise<Types.ObjectId[]> {
  const { shopId, from, to } = way;
  const campaigns = rows.flatMap(({ campaignId }) => campaignId ?? []);
  if (campaigns.length === 0) return rows.map(({ _id }) => _id);
  const own = await db.deliveries
    .find({ shopId, campaignId: { $in: campaigns }, customerId: to }, { projection: { campaignId: 1 } })
    .toArray();
  const both = new Set(own.map(({ campaignId }) => campaignId?.toHexString()));
  const isDouble = ({ campaignId }: Pointed) => campaignId !== undefined && both.has(campaignId.toHexString());
  const doubles = rows.filter(isDouble).map(({ _id }) => _id);
  await db.deliveries.updateMany(
    { _id: { $in: doubles }, shopId, customerId: from, status: 'queued' },
    { $set: { status: 'skipped', reason: 'merged' } },
  );
  return rows.filter((row) => !isDouble(row)).map(({ _id }) => _id);
}

/** What all of them have in common: a customer. */
function collectionOf(db: Core['db'], name: MovedCollection): mongo.Collection<Pointed> {
  return db[name] as unknown as mongo.Collection<Pointed>;
}
