import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { type Collection, type Doc, Double, Int32, Long, refusal, withDatabase } from './harness.ts';

const { MinKey } = mongoose.mongo;

// What `npm run test:differential` found, each by the answer that MongoDB gives.
const { fresh } = withDatabase();

async function holding(...docs: Doc[]): Promise<Collection> {
  const collection = fresh();
  await collection.insertMany(docs);
  return collection;
}

const compute = async (r: unknown, doc: Doc = {}) => {
  const collection = await holding({ _id: 1, ...doc });
  const [found] = await collection.aggregate([{ $project: { _id: 0, r } }]).toArray();
  return found?.r;
};

test('an $expr that reads no field is asked all the same', async () => {
  const collection = await holding({ _id: 1 });
  expect(await collection.countDocuments({ $expr: { $lte: [3, -1] } })).toBe(0);
});

test('a path that ends at a place in an array means the element there', async () => {
  const collection = await holding({ _id: 1, a: [[1, 10], 10] }, { _id: 2, a: [1] });
  expect(await collection.countDocuments({ 'a.0': 1 })).toBe(1);
  expect(await collection.countDocuments({ 'a.1': null })).toBe(0);
});

test('a regular expression equals another only with its options', async () => {
  const collection = await holding({ _id: 1, a: /y/ });
  expect(await collection.countDocuments({ a: { $regex: 'y', $options: 'i' } })).toBe(0);
  expect(await collection.countDocuments({ a: /y/ })).toBe(1);
});

test('$mod of an int64 beyond 2^53 keeps its digits', async () => {
  const collection = await holding({ _id: 1, a: Long.fromString('9007199254740993') });
  expect(await collection.countDocuments({ a: { $mod: [2, 1] } })).toBe(1);
});

test('a projection by a path and a part of it is refused, the number says which came first', async () => {
  const collection = await holding({ _id: 1, a: [1] });
  const code = async (projection: Doc) => (await refusal(collection.findOne({}, { projection }))).code;
  expect(await code({ a: 1, 'a.x': 1 })).toBe(31249);
  expect(await code({ 'a.x': 1, a: 1 })).toBe(31250);
  expect(await code({ a: { $slice: 1 }, 'a.x': 0 })).toBe(31249);
});

test('a field computed inside an array of documents is put into each', async () => {
  const collection = await holding({ _id: 1, i: 7, n: [{ x: 1 }, { x: 2 }] });
  expect(await collection.findOne({}, { projection: { _id: 0, 'n.r': '$i' } })).toEqual({ n: [{ r: 7 }, { r: 7 }] });
});

test('findAndModify with a wrong projection writes nothing', async () => {
  const collection = await holding({ _id: 1 });
  const projection = { a: 1, 'a.x': 1 };
  await refusal(collection.findOneAndUpdate({ _id: 1 }, { $set: { b: 1 } }, { projection }));
  expect(await collection.findOne({})).toEqual({ _id: 1 });
});

test('an upsert takes over an equality with null and with a regular expression, and no second _id', async () => {
  const collection = fresh();
  await collection.updateOne({ _id: 1, a: { $eq: null } }, { $set: { b: 1 } }, { upsert: true });
  expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, a: null, b: 1 });
  const refused = await refusal(collection.updateOne({ _id: 2 }, { $set: { _id: 5 } } as Doc, { upsert: true }));
  expect(refused.code).toBe(66);
});

test('updates of what is no array, or cannot be there', async () => {
  const collection = await holding({ _id: 1, a: null, s: 'x', l: [{ k: 1 }] });
  const code = async (update: Doc) => (await refusal(collection.updateOne({}, update))).code;
  expect(await code({ $push: { a: 1 } })).toBe(2);
  expect(await code({ $addToSet: { a: 1 } })).toBe(2);
  expect(await code({ $pull: { 's.x': 1 } })).toBe(28);
  await collection.updateOne({}, { $rename: { q: 's.z' } }); // nothing to put there
  const { modifiedCount } = await collection.updateOne({}, { $unset: { 'l.k': '' } });
  expect(modifiedCount).toBe(0);
});

test('a distinct value is given as it was met first', async () => {
  const collection = await holding({ _id: 1, a: Long.fromNumber(1) }, { _id: 2, a: 1 });
  expect(await collection.distinct('a', {}, { promoteLongs: false })).toEqual([Long.fromNumber(1)]);
});

test('$unwind does not go through arrays, and $sort needs a field', async () => {
  const collection = await holding({ _id: 1, l: [{ k: 1 }] });
  expect(await collection.aggregate([{ $unwind: '$l.k' }]).toArray()).toEqual([]);
  expect((await refusal(collection.aggregate([{ $sort: {} }]).toArray())).code).toBe(15976);
});

test('equal numbers of all types are one group', async () => {
  const collection = await holding({ _id: 1, a: 1 }, { _id: 2, a: new Double(1) }, { _id: 3, a: Long.fromNumber(1) });
  expect(await collection.aggregate([{ $group: { _id: '$a', n: { $sum: 1 } } }]).toArray()).toEqual([{ _id: 1, n: 3 }]);
});

test('a document that $set computes is put beside what is there, into each element of an array', async () => {
  const collection = await holding({ _id: 1, o: { a: 1 }, l: [{ a: 1 }, 5] });
  const [found] = await collection.aggregate([{ $set: { o: { b: '$_id' }, l: { b: '$_id' } } }]).toArray();
  expect(found).toEqual({ _id: 1, o: { a: 1, b: 1 }, l: [{ a: 1, b: 1 }, { b: 1 }] });
});

test('$unwind numbers with int64s, and makes no parents', async () => {
  const collection = await holding({ _id: 1, l: ['x'] });
  const unwound = (path: string) =>
    collection
      .aggregate([{ $unwind: { path, includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } }], {
        promoteLongs: false,
      })
      .toArray();
  expect(await unwound('$l')).toEqual([{ _id: 1, l: 'x', at: Long.fromNumber(0) }]);
  expect(await unwound('$q.x')).toEqual([{ _id: 1, l: ['x'], at: null }]);
});

test('an update goes through its fields by their names', async () => {
  const collection = await holding({ _id: 1 });
  await collection.updateOne({}, { $set: { b: 1, a: 1, 't.10': 1, 't.9': 1 } });
  expect(JSON.stringify(await collection.findOne({}))).toBe('{"_id":1,"a":1,"b":1,"t":{"9":1,"10":1}}');
});

test('an element that is only denied has no place; an upsert takes no two values for one field', async () => {
  const collection = await holding({ _id: 1, t: [1, 2] });
  const denied = collection.updateOne({ t: { $ne: 5 } }, { $set: { 't.$': 0 } });
  expect((await refusal(denied)).code).toBe(2);
  await collection.updateOne({ t: { $gt: 1, $ne: 5 } }, { $set: { 't.$': 0 } });
  expect(await collection.findOne({})).toEqual({ _id: 1, t: [1, 0] });
  const twice = collection.updateOne({ a: { $all: [1, 2] } }, { $set: { b: 1 } }, { upsert: true });
  expect((await refusal(twice)).code).toBe(54);
});

test.each<[unknown, unknown]>([
  [{ $add: [1, new Double(1)] }, new Double(2)],
  [{ $add: [2147483647, 1] }, Long.fromNumber(2147483648)],
  [{ $multiply: [3, Long.fromNumber(2)] }, Long.fromNumber(6)],
  [{ $add: [Long.fromString('9007199254740993'), 1] }, Long.fromString('9007199254740994')],
  [{ $divide: [4, 2] }, new Double(2)],
  [{ $mod: [7, new Double(2)] }, new Int32(1)],
  [{ $sum: [[1, new Double(1)]] }, new Double(2)],
  [{ $avg: [1, 3] }, new Double(2)],
  [{ $toDouble: '3' }, new Double(3)],
  [{ $toLong: 3 }, Long.fromNumber(3)],
  [{ $subtract: [new Date(5), new Date(2)] }, Long.fromNumber(3)],
  [{ $isoWeekYear: new Date(0) }, Long.fromNumber(1970)],
  [{ $floor: new Double(2.5) }, new Double(2)],
])('the number that %j gives has its type', async (expression, result) => {
  const collection = await holding({ _id: 1 });
  const [found] = await collection
    .aggregate([{ $project: { _id: 0, r: { $literal: 0 }, v: expression } }], { promoteValues: false })
    .toArray();
  expect(found?.v).toEqual(result);
});

test.each<[unknown, Doc, unknown]>([
  [{ $concat: ['$q', { $divide: ['$_id', 0] }] }, {}, null],
  [{ $setUnion: ['$q', 5] }, {}, null],
  [{ $add: ['$q', 'x'] }, {}, null],
  [{ $lt: [new MinKey(), '$q'] }, {}, true],
  [{ $sum: '$q' }, {}, 0],
  [{ $avg: '$a' }, { a: 3 }, 3],
  [{ $slice: ['$q', 1] }, {}, null],
  [{ $sortArray: { input: '$l', sortBy: -1 } }, { l: [{ k: 3 }, { k: 10 }] }, [{ k: 10 }, { k: 3 }]],
  [{ $toDate: '2024-02-29T10:11:12.345+05:30' }, {}, new Date('2024-02-29T04:41:12.345Z')],
  [{ $toDate: '2024-02-29' }, {}, new Date('2024-02-29T00:00:00Z')],
])('%j', async (expression, doc, result) => {
  expect(await compute(expression, doc)).toEqual(result);
});

test.each<[unknown, number]>([
  [{ $toInt: 'x' }, 241],
  [{ $toDate: 5 }, 241],
  [{ $toDate: 'x' }, 241],
  [{ $toDate: '2024-02-30' }, 241],
  [{ $mod: [1, 0] }, 16610],
  [{ $add: ['x', '$q'] }, 14],
  [{ $cond: [true, 1, { $toInt: 'x' }] }, 241],
  [{ $concatArrays: [5, { $size: '$q' }] }, 28664],
  [{ $toUpper: [[1]] }, 16007],
  [{ $concat: ['a', 1] }, 16702],
  [{ $setIsSubset: [1, [1]] }, 17046],
  [{ $regexMatch: { input: 5, regex: 'x' } }, 51104],
  [{ $replaceOne: { input: 5, find: 'x', replacement: 'y' } }, 51746],
])('%j is refused with %i', async (expression, code) => {
  expect((await refusal(compute(expression))).code).toBe(code);
});
