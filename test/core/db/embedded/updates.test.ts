import { expect, test } from 'vitest';
import { type Collection, Decimal128, type Doc, Double, Int32, Long, refusal, withDatabase } from './harness.ts';
import { samples } from './samples.ts';

/** Filter, update, options where there are any, and the fields that differ afterwards. */
const CASES = [
  [{ _id: 1 }, { $set: { a: 5, 'n.z': 1 } }, { a: 5, n: { x: 1, y: [1, 2, 3], z: 1 } }],
  [{ _id: 1 }, { $inc: { a: 1, q: 2 } }, { a: 2, q: 2 }],
  [{ _id: 7 }, { $inc: { a: 1 } }, { a: 8 }],
  [{ _id: 8 }, { $inc: { a: 1 } }, { a: 9 }],
  [{ _id: 1 }, { $inc: { a: 2147483647 } }, { a: 2147483648 }],
  [{ _id: 1 }, { $inc: { a: 0.5 } }, { a: 1.5 }],
  [{ _id: 1 }, { $mul: { a: 2, zz: 4 } }, { a: 2, zz: 0 }],
  [{ _id: 1 }, { $inc: { b: 1 } }, 'error 14'],
  [{ _id: 1 }, { $unset: { 'n.x': 1, t: '' } }, { n: { y: [1, 2, 3] }, t: undefined }],
  [{ _id: 1 }, { $min: { a: 0 }, $max: { d: new Date(5) } }, { a: 0 }],
  [{ _id: 1 }, { $max: { a: 10, zq: 1 } }, { a: 10, zq: 1 }],
  [{ _id: 1 }, { $rename: { b: 'bb' } }, { bb: 'x', b: undefined }],
  [{ _id: 1 }, { $rename: { 'n.x': 'nx.y' } }, { n: { y: [1, 2, 3] }, nx: { y: 1 } }],
  [{ _id: 1 }, { $push: { t: 'z' } }, { t: ['p', 'q', 'z'] }],
  [{ _id: 1 }, { $push: { t: { $each: ['1', '2', '3'], $slice: -2 } } }, { t: ['2', '3'] }],
  [{ _id: 1 }, { $push: { t: { $each: ['1', '0'], $sort: 1, $position: 0 } } }, { t: ['0', '1', 'p', 'q'] }],
  [
    { _id: 3 },
    { $push: { l: { $each: [{ k: 0 }], $sort: { k: -1 } } } },
    { l: [{ k: 2, v: 'b' }, { k: 1, v: 'a' }, { k: 0 }] },
  ],
  [{ _id: 1 }, { $push: { b: 1 } }, 'error 2'],
  [{ _id: 1 }, { $push: { newa: { x: 1 } } }, { newa: [{ x: 1 }] }],
  [{ _id: 1 }, { $addToSet: { t: 'p' } }, {}],
  [{ _id: 1 }, { $addToSet: { t: { $each: ['p', 'n', 'n'] } } }, { t: ['p', 'q', 'n'] }],
  [{ _id: 3 }, { $addToSet: { l: { k: 1, v: 'a' } } }, {}],
  [{ _id: 1 }, { $pull: { t: 'p' } }, { t: ['q'] }],
  [{ _id: 3 }, { $pull: { l: { k: { $gt: 1 } } } }, { l: [{ k: 1, v: 'a' }] }],
  [{ _id: 6 }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
  [{ _id: 6 }, { $pullAll: { a: [1, 9] } }, { a: [5] }],
  [{ _id: 6 }, { $pop: { a: 1 } }, { a: [1, 5] }],
  [{ _id: 6 }, { $pop: { a: -1 } }, { a: [5, 9] }],
  [
    { 'l.k': 2 },
    { $set: { 'l.$.v': 'POS' } },
    {
      l: [
        { k: 1, v: 'a' },
        { k: 2, v: 'POS' },
      ],
    },
  ],
  [
    { l: { $elemMatch: { k: 3 } } },
    { $set: { 'l.$.w': 1 } },
    {
      l: [
        { k: 2, v: 'c' },
        { k: 3, w: 1 },
      ],
    },
  ],
  [
    { _id: 3 },
    { $set: { 'l.$[].z': 1 } },
    {
      l: [
        { k: 1, v: 'a', z: 1 },
        { k: 2, v: 'b', z: 1 },
      ],
    },
  ],
  [
    { _id: 3 },
    { $set: { 'l.$[e].z': 1 } },
    { arrayFilters: [{ 'e.k': { $gt: 1 } }] },
    {
      l: [
        { k: 1, v: 'a' },
        { k: 2, v: 'b', z: 1 },
      ],
    },
  ],
  [{ _id: 6 }, { $inc: { 'a.$[e]': 10 } }, { arrayFilters: [{ e: { $gt: 3 } }] }, { a: [1, 15, 19] }],
  [{ _id: 1 }, { $set: { 'l.$[e].z': 1 } }, { arrayFilters: [] }, 'error 2'],
  [{ _id: 1 }, { $set: { 't.3': 'far' } }, { t: ['p', 'q', null, 'far'] }],
  [{ _id: 1 }, { $set: { 'b.c': 1 } }, 'error 28'],
  [{ _id: 1 }, { $set: { a: 1, 'a.b': 2 } }, 'error 40'],
  [{ _id: 1 }, { $set: { _id: 9 } }, 'error 66'],
  [{ _id: 1 }, { $set: { _id: 1 } }, {}],
  [{ _id: 1 }, { $foo: { a: 1 } }, 'error 9'],
  [
    { _id: 1 },
    [{ $set: { s: { $add: ['$a', 1] }, c: { $concat: ['$b', '!'] } } }, { $unset: 't' }],
    { s: 2, c: 'x!', t: undefined },
  ],
  [{ _id: 1 }, [{ $set: { m: { $map: { input: '$t', as: 'i', in: { $toUpper: '$$i' } } } } }], { m: ['P', 'Q'] }],
  [{ _id: 1 }, [{ $group: { _id: 1 } }], 'error 72'],
  [{ _id: 99 }, { $set: { a: 1 }, $setOnInsert: { b: 2 } }, { upsert: true }, { _id: 99, a: 1, b: 2 }],
  [
    { _id: 98, 'x.y': 5, z: { $gt: 4 }, w: { $eq: 3 } },
    { $inc: { c: 1 } },
    { upsert: true },
    { _id: 98, x: { y: 5 }, w: 3, c: 1 },
  ],
  [{ _id: 1 }, { $set: { a: 1 }, $setOnInsert: { b: 'never' } }, { upsert: true }, {}],
  [{ _id: 97, a: 1 }, { $set: { a: 2 } }, { upsert: true }, { _id: 97, a: 2 }],
  [{ _id: 5 }, { $mul: { dbl: 2 } }, { dbl: 10 }],
  [{ _id: 5 }, { $set: { 'l.0': 'x' } }, { l: ['x'] }],
  [{ _id: 4 }, { $unset: { 't.0': 1 } }, { t: [null, ['r']] }],
  [{ _id: 1 }, { $set: {} }, {}],
  [{ _id: 1 }, { $unset: { zz: 1 } }, {}],
  [{ _id: 2 }, { $pull: { zz: 1 } }, {}],
  [{ _id: 1 }, { $pull: { b: 1 } }, 'error 2'],
  [{ _id: 2 }, { $bit: { a: { and: 1 } } }, 'error 115'],
  [{ _id: 3 }, { $set: { 'l.$.v': 'nopos' } }, 'error 2'],
  [{ _id: 2 }, { $push: { t: { $each: [3, 1, 2], $sort: -1, $slice: 2 } } }, { t: [3, 2] }],
  [{ _id: 2 }, { $setOnInsert: { b: 1 } }, {}],
  [{ _id: 3, 'l.v': 'b' }, { $unset: { 'l.$.v': 1 } }, { l: [{ k: 1, v: 'a' }, { k: 2 }] }],
  [{ _id: 96, t: { $in: ['one'] } }, { $set: { q: 1 } }, { upsert: true }, { _id: 96, t: 'one', q: 1 }],
  [{ _id: 1 }, { $set: { 'n.y.$[]': 7 } }, { n: { x: 1, y: [7, 7, 7] } }],
  [{ _id: 1 }, { $min: { b: 5 } }, { b: 5 }],
  [{ _id: 1, t: 'q' }, { $set: { 't.$': 'Q' } }, { t: ['p', 'Q'] }],
] as [Doc, Doc, ...unknown[]][];

const { fresh } = withDatabase();
const exact = { promoteValues: false } as const;

async function changed(collection: Collection, filter: Doc, update: Doc, options?: Doc): Promise<Doc | string> {
  const before = new Map(
    await collection
      .find({})
      .map((doc): [unknown, Doc] => [doc._id, doc])
      .toArray(),
  );
  try {
    await collection.updateOne(filter, update, options);
  } catch (error) {
    return `error ${(error as { code: number }).code}`;
  }
  for (const now of await collection.find({}).toArray()) {
    const was: Doc = before.get(now._id) ?? {};
    const names = [...Object.keys(now), ...Object.keys(was)].filter(
      (name) => JSON.stringify(now[name]) !== JSON.stringify(was[name]),
    );
    if (names.length > 0) return Object.fromEntries(names.map((name) => [name, now[name]]));
  }
  return {};
}

test.each(CASES.map((row) => [JSON.stringify(row.slice(0, -1)), row] as const))('%s', async (_name, row) => {
  const collection = fresh();
  await collection.insertMany(samples as Doc[]);
  const options = row.length === 4 ? (row[2] as Doc) : undefined;
  expect(await changed(collection, row[0], row[1], options)).toEqual(row.at(-1));
});

test('numbers keep their BSON type', async () => {
  const collection = fresh();
  await collection.insertOne({
    _id: 1,
    int: new Int32(5),
    long: Long.fromNumber(5),
    double: new Double(5),
    decimal: Decimal128.fromString('5.0'),
  } as Doc);
  await collection.updateOne({ _id: 1 }, {
    $inc: { int: 1, long: 1, double: 1 },
    $set: { other: new Double(3) },
  } as Doc);
  const doc = await collection.findOne({ _id: 1 }, exact);
  expect(doc).toEqual({
    _id: new Int32(1),
    int: new Int32(6),
    long: Long.fromNumber(6),
    double: new Double(6),
    decimal: Decimal128.fromString('5.0'),
    other: new Double(3),
  });
});

test('an int32 that overflows becomes an int64, as in MongoDB', async () => {
  const collection = fresh();
  await collection.insertOne({ _id: 1, n: 2147483647 } as Doc);
  await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } } as Doc);
  expect((await collection.findOne({ _id: 1 }, exact))?.n).toEqual(Long.fromNumber(2147483648));
});

test('arithmetic that would lose digits is refused', async () => {
  const collection = fresh();
  await collection.insertOne({ _id: 1, n: Decimal128.fromString('1.5') } as Doc);
  expect(await refusal(collection.updateOne({ _id: 1 }, { $inc: { n: 1 } } as Doc))).toMatchObject({
    code: 238,
  });
});

test('a hundred upserts of one key at once make one document', async () => {
  const collection = fresh();
  await collection.createIndex({ key: 1 }, { unique: true });
  await Promise.all(
    Array.from({ length: 100 }, () => collection.updateOne({ key: 'k' }, { $inc: { n: 1 } } as Doc, { upsert: true })),
  );
  expect(await collection.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'k', n: 100 }]);
});

test('an update of many does not meet a document again at its new place in the index', async () => {
  const collection = fresh();
  await collection.createIndex({ n: 1 });
  await collection.insertMany(Array.from({ length: 500 }, (_, n) => ({ n })));
  expect(await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1000 } } as Doc)).toMatchObject({
    matchedCount: 500,
    modifiedCount: 500,
  });
  expect(await collection.countDocuments({ n: { $gte: 1000, $lt: 1500 } })).toBe(500);
});

test('a change to what is there already counts as matched, not modified', async () => {
  const collection = fresh();
  await collection.insertOne({ _id: 1, a: 1 });
  expect(await collection.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
    matchedCount: 1,
    modifiedCount: 0,
  });
});

test('find and modify answers with the document before or after, sorted and projected', async () => {
  const collection = fresh();
  await collection.insertMany([
    { _id: 1, n: 3 },
    { _id: 2, n: 1 },
    { _id: 3, n: 2 },
  ]);
  expect(await collection.findOneAndUpdate({}, { $set: { taken: true } }, { sort: { n: 1 } })).toEqual({
    _id: 2,
    n: 1,
  });
  expect(
    await collection.findOneAndUpdate(
      { taken: { $ne: true } },
      { $set: { taken: true } },
      { sort: { n: 1 }, returnDocument: 'after', projection: { taken: 1 } },
    ),
  ).toEqual({ _id: 3, taken: true });
  expect(await collection.findOneAndDelete({}, { sort: { n: -1 } })).toEqual({ _id: 1, n: 3 });
  expect(await collection.findOneAndReplace({ _id: 2 }, { x: 1 }, { returnDocument: 'after' })).toEqual({
    _id: 2,
    x: 1,
  });
  expect(await collection.findOneAndUpdate({ _id: 9 }, { $set: { x: 1 } })).toBeNull();
});
