import { beforeAll, describe, expect, test } from 'vitest';
import { type Collection, type Doc, refusal, withDatabase } from './harness.ts';

const { fresh } = withDatabase();
const MEGABYTE = 1_000_000;
const COUNT = 110;
/** { n<number>: text } */
const NAMED = { $arrayToObject: [[{ k: { $concat: ['n', { $toString: '$n' }] }, v: '$text' }]] };
let large: Collection;

beforeAll(async () => {
  large = fresh();
  const text = 'x'.repeat(MEGABYTE);
  for (let from = 0; from < COUNT; from += 10)
    await large.insertMany(Array.from({ length: 10 }, (_, i) => ({ _id: from + i, n: (from + i) * 7, text })));
});

const aggregate = (pipeline: Doc[]) => large.aggregate(pipeline).toArray();

describe('over 100 MB', () => {
  test('a sort keeps the order only and reads again, unless it may not use the disk', async () => {
    const sorted = await large.find({}).sort({ n: -1 }).project({ n: 1 }).toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual(Array.from({ length: COUNT }, (_, i) => COUNT - 1 - i));
    const refused = { code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' };
    expect(await refusal(large.find({}).sort({ n: -1 }).allowDiskUse(false).toArray())).toMatchObject(refused);
    const pipeline = [{ $sort: { n: -1 } }, { $project: { n: 1 } }];
    expect((await aggregate(pipeline)).map(({ _id }) => _id)).toEqual(sorted.map(({ _id }) => _id));
    expect(await refusal(large.aggregate(pipeline, { allowDiskUse: false }).toArray())).toMatchObject(refused);
  });

  test('a sort with a limit keeps no more than it must', async () => {
    const first = await large.find({}).sort({ n: -1 }).limit(2).allowDiskUse(false).project({ n: 1 }).toArray();
    expect(first.map(({ _id }) => _id)).toEqual([109, 108]);
    const made = [{ $set: { m: { $multiply: ['$n', -1] } } }, { $sort: { m: 1 } }, { $skip: 1 }, { $limit: 2 }];
    expect((await aggregate([...made, { $project: { m: 1 } }])).map(({ _id }) => _id)).toEqual([108, 107]);
  });

  const refused: [string, Doc[], number][] = [
    ['a sort of what a stage made', [{ $set: { m: 1 } }, { $sort: { m: 1 } }, { $project: { text: 1 } }], 292],
    ['$push', [{ $group: { _id: null, all: { $push: '$text' } } }], 292],
    ['$addToSet', [{ $group: { _id: null, all: { $addToSet: { n: '$n', text: '$text' } } } }], 292],
    ...['$first', '$last', '$min', '$max'].map((name): [string, Doc[], number] => [
      `${name} of many groups`,
      [{ $group: { _id: '$n', one: { [name]: '$text' } } }],
      292,
    ]),
    ['$mergeObjects', [{ $group: { _id: null, all: { $mergeObjects: NAMED } } }], 292],
    ['groups', [{ $group: { _id: { n: '$n', text: '$text' } } }], 292],
    ['$facet', [{ $facet: { all: [{ $match: {} }] } }], 292],
    ['what a $lookup finds', [{ $limit: 1 }, { $lookup: { from: '', pipeline: [], as: 'all' } }], 4568],
  ];
  test.each(refused)('is refused: %s', async (_name, pipeline, code) => {
    const named = pipeline.map((stage) => {
      return stage.$lookup ? { $lookup: { ...(stage.$lookup as Doc), from: large.collectionName } } : stage;
    });
    expect(await refusal(aggregate(named))).toMatchObject({ code });
  });

  test('is nothing that streams: groups of sums, a count', async () => {
    expect(await aggregate([{ $group: { _id: { $mod: ['$n', 2] }, sum: { $sum: '$n' } } }])).toHaveLength(2);
    expect(await aggregate([{ $set: { m: 1 } }, { $unionWith: large.collectionName }, { $count: 'n' }])).toEqual([
      { n: 2 * COUNT },
    ]);
  });
});

describe('a result over 16 MB', () => {
  test.each([
    [[{ $match: { _id: { $lt: 20 } } }, { $group: { _id: null, all: { $push: '$text' } } }]],
    [[{ $limit: 1 }, { $set: { all: { $map: { input: { $range: [0, 20] }, in: '$text' } } } }]],
  ])('is refused: %j', async (pipeline) => {
    expect(await refusal(aggregate(pipeline))).toMatchObject({ code: 10334, codeName: 'BSONObjectTooLarge' });
  });

  test('is refused as a stored document and as distinct values, and nothing is written', async () => {
    const collection = fresh();
    await collection.insertOne({ _id: 1, list: ['x'.repeat(15 * MEGABYTE)] });
    const growing = collection.updateOne({ _id: 1 }, { $push: { list: 'y'.repeat(3 * MEGABYTE) } } as Doc);
    expect(await refusal(growing)).toMatchObject({ code: 10334 });
    expect(await collection.countDocuments({ 'list.1': { $exists: true } })).toBe(0);
    await collection.insertOne({ _id: 2, list: ['z'.repeat(3 * MEGABYTE)] });
    expect(await refusal(collection.distinct('list'))).toMatchObject({ code: 17217 });
  });
});
