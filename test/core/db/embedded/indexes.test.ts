import { describe, expect, test } from 'vitest';
import { type Collection, type Doc, refusal, withDatabase } from './harness.ts';

const { fresh, db } = withDatabase();

interface Explained {
  queryPlanner: { winningPlan: Doc };
  executionStats: { nReturned: number; totalKeysExamined: number; totalDocsExamined: number };
}

const numbers = (count: number, make: (n: number) => Doc) =>
  Array.from({ length: count }, (_, n) => make(n)) as never[];

async function planOf(collection: Collection, filter: Doc, sort: Record<string, 1 | -1> = {}, limit = 0) {
  const { queryPlanner, executionStats } = (await collection
    .find(filter)
    .sort(sort)
    .limit(limit)
    .explain()) as unknown as Explained;
  const text = JSON.stringify(queryPlanner.winningPlan);
  return { index: /"indexName":"([^"]+)"/.exec(text)?.[1] ?? null, sorts: text.includes('"SORT"'), ...executionStats };
}

describe('the index that explain names', () => {
  const shop = async () => {
    const collection = fresh();
    await collection.createIndexes([
      { key: { shop: 1, name: 1 } },
      { key: { shop: 1, at: -1 } },
      { key: { shop: 1, 'addresses.key': 1 } },
      { key: { spend: -1, name: 1 } },
    ]);
    await collection.insertMany(
      numbers(1000, (n) => ({
        shop: n % 2,
        name: `name ${n}`,
        at: new Date(n * 1000),
        spend: n % 10,
        addresses: [{ key: `sms:${n}` }, { key: `email:${n}` }],
      })),
    );
    return collection;
  };

  test('is used for equality, and reads no more than it must', async () => {
    expect(await planOf(await shop(), { shop: 1, name: 'name 501' })).toMatchObject({
      index: 'shop_1_name_1',
      totalDocsExamined: 1,
      nReturned: 1,
    });
  });

  test('is used for a range, $in, and a regular expression with a beginning', async () => {
    const collection = await shop();
    expect(await planOf(collection, { shop: 0, at: { $gte: new Date(990_000) } })).toMatchObject({
      index: 'shop_1_at_-1',
      totalKeysExamined: 5,
    });
    expect(await planOf(collection, { shop: { $in: [0, 1] }, name: { $in: ['name 3', 'name 4'] } })).toMatchObject({
      index: 'shop_1_name_1',
      totalKeysExamined: 2,
    });
    expect(await planOf(collection, { shop: 0, name: /^name 99/ })).toMatchObject({
      index: 'shop_1_name_1',
      totalKeysExamined: 5,
      nReturned: 5,
    });
  });

  test('gives the order, so that a limit ends the reading', async () => {
    const collection = await shop();
    expect(await planOf(collection, { shop: 0 }, { at: -1 }, 10)).toMatchObject({
      index: 'shop_1_at_-1',
      sorts: false,
      totalDocsExamined: 10,
    });
    expect(await planOf(collection, { shop: 0 }, { at: 1 }, 10)).toMatchObject({
      index: 'shop_1_at_-1',
      sorts: false,
      totalDocsExamined: 10,
    });
    expect(await planOf(collection, {}, { spend: 1, name: -1 }, 10)).toMatchObject({
      index: 'spend_-1_name_1',
      sorts: false,
      totalDocsExamined: 10,
    });
    expect(await planOf(collection, { shop: 0 }, { spend: 1 }, 10)).toMatchObject({ sorts: true });
  });

  test('is used through an array of documents', async () => {
    expect(await planOf(await shop(), { shop: 0, 'addresses.key': 'email:500' })).toMatchObject({
      index: 'shop_1_addresses.key_1',
      nReturned: 1,
      totalDocsExamined: 1,
    });
    expect(await planOf(await shop(), { shop: 0, addresses: { $elemMatch: { key: 'email:500' } } })).toMatchObject({
      index: 'shop_1_addresses.key_1',
      totalDocsExamined: 1,
    });
  });

  test('is none where none helps, and a hint is obeyed or refused', async () => {
    const collection = await shop();
    expect(await planOf(collection, { addresses: { $size: 2 } })).toMatchObject({
      index: null,
      totalDocsExamined: 1000,
    });
    expect(await collection.find({ shop: 0 }).hint('shop_1_at_-1').limit(1).toArray()).toHaveLength(1);
    expect(await refusal(collection.find({}).hint('nope').toArray())).toMatchObject({ code: 2 });
  });

  test('is none where it would lead to most of the documents, unless only some are wanted, in its order or as a number', async () => {
    const collection = await shop();
    const most = { spend: { $gte: 3 } };
    const indexOf = async (explained: Promise<unknown>) =>
      /"indexName":"([^"]+)"/.exec(JSON.stringify(await explained))?.[1];
    expect(await planOf(collection, most)).toMatchObject({ index: null, totalDocsExamined: 1000 });
    expect(await planOf(collection, { spend: { $gte: 8 } })).toMatchObject({ totalDocsExamined: 200 });
    expect(await indexOf(collection.find(most).limit(5).explain())).toBe('spend_-1_name_1');
    expect(await indexOf(collection.find(most).sort({ spend: 1 }).explain())).toBe('spend_-1_name_1');
    const count = { explain: { count: collection.collectionName, query: most } };
    expect(await indexOf(db().command(count))).toBe('spend_-1_name_1');
    expect(await collection.countDocuments(most)).toBe(700);
  });

  test('counts without reading a document', async () => {
    const collection = await shop();
    const explained = (await db().command({
      explain: { count: collection.collectionName, query: { shop: 0, at: { $lt: new Date(500_000) } } },
    })) as unknown as Explained;
    expect(explained.executionStats).toMatchObject({ nReturned: 250, totalDocsExamined: 0 });
  });

  test('counts between two bounds without reading a document, and reads them where a condition says more', async () => {
    const collection = await shop();
    const countOf = async (query: Doc) =>
      ((await db().command({ explain: { count: collection.collectionName, query } })) as unknown as Explained)
        .executionStats;
    const between = { shop: 0, at: { $gte: new Date(100_000), $lt: new Date(500_000) } };
    expect(await countOf(between)).toMatchObject({ nReturned: 200, totalDocsExamined: 0 });
    const but = { shop: 0, at: { ...between.at, $ne: new Date(200_000) } };
    const { nReturned, totalDocsExamined } = await countOf(but);
    expect([nReturned, totalDocsExamined]).toEqual([199, 200]);
  });
});

describe('$or', () => {
  const people = async () => {
    const collection = fresh();
    await collection.createIndexes([{ key: { name: 1 } }, { key: { tags: 1 } }, { key: { shop: 1, spend: -1 } }]);
    const rows = (n: number) => ({ _id: n, name: `n${n % 100}`, tags: [n % 50, 'all'], shop: n % 4, spend: n, at: -n });
    await collection.insertMany(numbers(400, rows));
    return collection;
  };
  const explained = async (collection: Collection, filter: Doc, sort: Record<string, 1 | -1> = {}) =>
    (await collection.find(filter).sort(sort).explain('executionStats')) as unknown as Explained & {
      executionStats: { executionStages: Doc };
    };

  test('is answered by an index for each branch, each document once', async () => {
    const collection = await people();
    const filter = { $or: [{ name: 'n7' }, { tags: 7 }, { shop: 3, spend: { $gte: 395 } }, { _id: 7 }] };
    const { queryPlanner, executionStats } = await explained(collection, filter);
    const fetch = (indexName: string, docsExamined: number, keysExamined: number) =>
      expect.objectContaining({
        stage: 'FETCH',
        docsExamined,
        inputStage: expect.objectContaining({ stage: 'IXSCAN', indexName, keysExamined }),
      });
    expect(queryPlanner.winningPlan).toMatchObject({ stage: 'OR' });
    expect(executionStats).toMatchObject({ nReturned: 10, totalKeysExamined: 15, totalDocsExamined: 10 });
    expect(executionStats.executionStages).toMatchObject({
      stage: 'OR',
      nReturned: 10,
      inputStages: [fetch('name_1', 4, 4), fetch('tags_1', 4, 8), fetch('shop_1_spend_-1', 2, 2), fetch('_id_', 0, 1)],
    });
    const found = (await collection.find(filter).toArray()).map(({ _id }) => Number(_id)).sort((a, b) => a - b);
    expect(found).toEqual([7, 57, 107, 157, 207, 257, 307, 357, 395, 399]);
    expect(await collection.countDocuments(filter)).toBe(10);
  });

  test('is sorted afterwards, and a write through it meets each document once', async () => {
    const collection = await people();
    const filter = { $or: [{ name: 'n7' }, { tags: 7 }] };
    const { queryPlanner } = await explained(collection, filter, { at: 1 });
    expect(queryPlanner.winningPlan).toMatchObject({ stage: 'SORT', inputStage: { stage: 'OR' } });
    const found = await collection.find(filter).sort({ at: 1 }).skip(1).limit(3).toArray();
    expect(found.map(({ _id }) => _id)).toEqual([307, 257, 207]);
    expect(await collection.updateMany(filter, { $inc: { spend: 1000 } } as Doc)).toMatchObject({ modifiedCount: 8 });
    expect(await collection.deleteMany(filter)).toMatchObject({ deletedCount: 8 });
  });

  test('takes the conditions beside it and within a branch along, nested branches too', async () => {
    const collection = await people();
    const nested = { shop: 1, $or: [{ spend: 1 }, { $or: [{ spend: 5 }, { spend: { $gt: 390 } }] }] };
    const { queryPlanner, executionStats } = await explained(collection, nested);
    expect(queryPlanner.winningPlan).toMatchObject({ stage: 'OR' });
    expect(executionStats).toMatchObject({ nReturned: 4, totalDocsExamined: 4 });
  });

  test('reads all where one branch has no index, and one index where that is as good', async () => {
    const collection = await people();
    const without = await explained(collection, { $or: [{ name: 'n7' }, { at: -3 }] });
    expect(without.queryPlanner.winningPlan).toMatchObject({ stage: 'COLLSCAN' });
    const given = await explained(collection, { _id: 3, $or: [{ name: 'n3' }, { tags: 7 }] });
    expect(given.queryPlanner.winningPlan).toMatchObject({ stage: 'FETCH', inputStage: { indexName: '_id_' } });
  });
});

describe('unique indexes', () => {
  test('refuse a second document with MongoDB’s code, key and words', async () => {
    const collection = fresh();
    await collection.createIndex({ shop: 1, number: 1 }, { unique: true });
    await collection.insertOne({ shop: 1, number: 'A1' });
    const error = await refusal(collection.insertOne({ shop: 1, number: 'A1' }));
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { shop: 1, number: 1 },
      keyValue: { shop: 1, number: 'A1' },
    });
    expect(error.message).toBe(
      `E11000 duplicate key error collection: test.${collection.collectionName} index: shop_1_number_1 dup key: { shop: 1, number: "A1" }`,
    );
    await collection.insertOne({ _id: 1, shop: 2, number: 'A1' });
    expect(await refusal(collection.updateOne({ _id: 1 }, { $set: { shop: 1 } }))).toMatchObject({ code: 11000 });
    expect(await refusal(collection.insertOne({ _id: 1 }))).toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 1 },
    });
  });

  test('leave the rest of an unordered bulk alone, and end an ordered one', async () => {
    const collection = fresh();
    await collection.createIndex({ u: 1 }, { unique: true });
    const writes = [1, 1, 2, 2, 3].map((u) => ({ insertOne: { document: { u } } }));
    const error = await refusal(collection.bulkWrite(writes, { ordered: false }));
    expect((error.writeErrors as { index: number; code: number }[]).map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [3, 11000],
    ]);
    expect(await collection.countDocuments()).toBe(3);
    expect(
      (await refusal(collection.bulkWrite(writes.map(() => ({ insertOne: { document: { u: 9 } } }))))).result,
    ).toMatchObject({ insertedCount: 1 });
  });

  test('over an array, and only where the field exists: one holder per address', async () => {
    const collection = fresh();
    await collection.createIndex(
      { shop: 1, 'addresses.key': 1 },
      { unique: true, partialFilterExpression: { 'addresses.key': { $exists: true } } },
    );
    await collection.insertMany([
      { shop: 1 },
      { shop: 1 },
      { shop: 1, addresses: [] },
      { shop: 1, addresses: [] },
      { shop: 1, addresses: [{ key: 'a' }, { key: 'b' }] },
      { shop: 2, addresses: [{ key: 'a' }] },
    ]);
    expect(await refusal(collection.insertOne({ shop: 1, addresses: [{ key: 'c' }, { key: 'b' }] }))).toMatchObject({
      code: 11000,
      keyValue: { shop: 1, 'addresses.key': 'b' },
    });
    await collection.insertOne({ shop: 1, addresses: [{ key: 'd' }, { key: 'd' }] });
    expect(await planOf(collection, { shop: 1, 'addresses.key': 'b' })).toMatchObject({
      index: 'shop_1_addresses.key_1',
      nReturned: 1,
    });
    await collection.updateOne({ shop: 1, 'addresses.key': 'b' }, { $pull: { addresses: { key: 'b' } } } as Doc);
    await collection.insertOne({ shop: 1, addresses: [{ key: 'b' }] });
  });

  test('that are sparse let documents without the field be', async () => {
    const collection = fresh();
    await collection.createIndex({ code: 1 }, { unique: true, sparse: true });
    await collection.insertMany([{ a: 1 }, { a: 2 }, { code: null }]);
    expect(await refusal(collection.insertOne({ code: null }))).toMatchObject({ code: 11000 });
    expect(await planOf(collection, { code: null })).toMatchObject({ index: null, nReturned: 3 });
  });

  test('cannot be made over double values, and leave nothing behind', async () => {
    const collection = fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    expect(await refusal(collection.createIndex({ a: 1 }, { unique: true }))).toMatchObject({ code: 11000 });
    expect(await collection.indexes()).toHaveLength(1);
    await collection.insertOne({ a: 1 });
  });
});

test('an index is listed as it was made, made twice without harm, refused when another has its name, and dropped', async () => {
  const collection = fresh();
  await collection.createIndex({ a: 1 }, { name: 'mine', expireAfterSeconds: 60 });
  await collection.createIndex({ a: 1 }, { name: 'mine', expireAfterSeconds: 60 });
  expect(await collection.indexes()).toEqual([
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { a: 1 }, name: 'mine', expireAfterSeconds: 60 },
  ]);
  expect(await refusal(collection.createIndex({ b: 1 }, { name: 'mine' }))).toMatchObject({ code: 86 });
  expect(await refusal(collection.createIndex({ a: 1 }, { name: 'other' }))).toMatchObject({ code: 85 });
  await collection.dropIndex('mine');
  expect(await refusal(collection.dropIndex('mine'))).toMatchObject({ code: 27 });
  expect(await refusal(collection.createIndex({ a: 'text' }))).toMatchObject({ code: 115 });
});

test('parallel arrays cannot be indexed together', async () => {
  const collection = fresh();
  await collection.createIndex({ a: 1, b: 1 });
  expect(await refusal(collection.insertOne({ a: [1], b: [2] }))).toMatchObject({ code: 171 });
});

test('values longer than an index key are found, kept apart, and sorted right', async () => {
  const collection = fresh();
  await collection.createIndex({ text: 1 }, { unique: true });
  const long = 'x'.repeat(5000);
  await collection.insertMany([{ text: `${long}b` }, { text: `${long}a` }, { text: 'a' }]);
  expect(await collection.countDocuments({ text: `${long}a` })).toBe(1);
  expect(await refusal(collection.insertOne({ text: `${long}a` }))).toMatchObject({ code: 11000 });
  expect(
    (
      await collection
        .find({ text: { $gt: 'b' } })
        .sort({ text: 1 })
        .toArray()
    ).map(({ text }) => String(text).at(-1)),
  ).toEqual(['a', 'b']);
});
