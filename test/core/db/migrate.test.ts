import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, migrate } from '../../../core/index.ts';
import { bucketOf } from '../../../core/segments/sample.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let db: Database;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
});
afterAll(() => close());

it('gives customers from before rules their buckets and the indexes that rules need, and may be cut short', async () => {
  const shopId = new Types.ObjectId();
  await db.customers.insertMany(Array.from({ length: 1_010 }, () => makeCustomer(shopId)));
  await db.customers.updateOne({ shopId }, { $set: { bucket: 7 } });
  await db.customers.dropIndex('shopId_1_tags_1');
  await db.connection.collection<{ _id: string }>('migrations').deleteOne({ _id: '0002-fill-buckets' });

  expect(await migrate(db.connection)).toEqual(['0002-fill-buckets']);
  expect(await migrate(db.connection)).toEqual([]);
  const customers = await db.customers.find({ shopId }).toArray();
  const own = customers.filter(({ _id, bucket }) => bucket === bucketOf(_id.toHexString()));
  expect([customers.length, own.length]).toEqual([1_010, 1_009]);
  expect((await db.customers.indexes()).map(({ name }) => name)).toContain('shopId_1_tags_1');
});
