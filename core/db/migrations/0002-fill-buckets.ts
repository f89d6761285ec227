import type { Connection, mongo } from 'mongoose';
import type { Customer } from '../../customers/customer.model.ts';
import { bucketOf } from '../../segments/sample.ts';
import { createIndexes } from './0001-create-indexes.ts';

const BATCH = 1_000;

/** Gives every customer that has none its bucket, and builds the indexes that rules need. Repeatable. */
export async function fillBuckets(connection: Connection): Promise<void> {
  await createIndexes(connection);
  const customers: mongo.Collection<Customer> = connection.getClient().db(connection.name).collection('customers');
  let ids: Customer['_id'][] = [];
  const fill = async (): Promise<void> => {
    if (ids.length === 0) return;
    const writes = ids.map((_id) => ({
      updateOne: { filter: { _id }, update: { $set: { bucket: bucketOf(_id.toHexString()) } } },
    }));
    await customers.bulkWrite(writes, { ordered: false });
    ids = [];
  };
  for await (const { _id } of customers.find({ bucket: { $exists: false } }, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length === BATCH) await fill();
  }
  await fill();
}
