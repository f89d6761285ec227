import { BSON } from 'bson';
import { beforeAll, expect, test } from 'vitest';
import { type Collection, type Doc, refusal, withDatabase } from './harness.ts';
import { samples } from './samples.ts';

/** Pipelines and their results as relaxed extended JSON. */
const CASES = [
  [
    [{ $group: { _id: '$b', n: { $sum: 1 }, m: { $max: '$d' }, f: { $first: '$_id' } } }, { $sort: { _id: 1 } }],
    [
      { _id: null, n: 1, m: null, f: 5 },
      { _id: 'x', n: 2, m: { $date: '1970-01-01T00:00:01Z' }, f: 1 },
      { _id: 'xyz', n: 1, m: null, f: 4 },
      { _id: 'y', n: 2, m: { $date: '1970-01-01T00:00:02Z' }, f: 2 },
      { _id: 'z', n: 1, m: { $date: '1970-01-01T00:00:03Z' }, f: 3 },
      { _id: 'É😀', n: 1, m: null, f: 6 },
    ],
  ],
  [
    [
      {
        $group: {
          _id: null,
          s: { $sum: '$n.x' },
          a: { $avg: '$_id' },
          p: { $push: '$b' },
          mn: { $min: '$d' },
          l: { $last: '$_id' },
        },
      },
    ],
    [
      {
        _id: null,
        s: 3,
        a: 4.5,
        p: ['x', 'y', 'z', 'xyz', null, 'É😀', 'x', 'y'],
        mn: { $date: '1970-01-01T00:00:01Z' },
        l: 8,
      },
    ],
  ],
  [[{ $group: { _id: '$zz', s: { $addToSet: '$bool' } } }], [{ _id: null, s: [true, false] }]],
  [
    [{ $unwind: '$t' }, { $group: { _id: '$t', n: { $sum: 1 } } }, { $sort: { n: -1, _id: 1 } }],
    [
      { _id: 'q', n: 3 },
      { _id: 'p', n: 1 },
      { _id: ['r'], n: 1 },
    ],
  ],
  [
    [
      { $unwind: { path: '$l', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      { $project: { l: 1, i: 1 } },
    ],
    [
      { _id: 1, i: null },
      { _id: 2, i: null },
      { _id: 3, l: { k: 1, v: 'a' }, i: 0 },
      { _id: 3, l: { k: 2, v: 'b' }, i: 1 },
      { _id: 4, l: { k: 2, v: 'c' }, i: 0 },
      { _id: 4, l: { k: 3 }, i: 1 },
      { _id: 5, i: null },
      { _id: 6, l: 1, i: 0 },
      { _id: 6, l: 2, i: 1 },
      { _id: 6, l: { k: 5 }, i: 2 },
      { _id: 7, i: null },
      { _id: 8, i: null },
    ],
  ],
  [
    [
      { $match: { _id: { $lt: 3 } } },
      {
        $project: {
          s: { $add: ['$_id', 1] },
          q: { $concat: ['$b', 'k'] },
          yr: { $year: '$d' },
          ds: { $dateToString: { date: '$d', format: '%Y-%m-%d' } },
        },
      },
    ],
    [
      { _id: 1, s: 2, q: 'xk', yr: 1970, ds: '1970-01-01' },
      { _id: 2, s: 3, q: 'yk', yr: 1970, ds: '1970-01-01' },
    ],
  ],
  [
    [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { b: 1 } }],
    [
      { _id: 7, b: 'x' },
      { _id: 6, b: 'É😀' },
    ],
  ],
  [[{ $count: 'n' }], [{ n: 8 }]],
  [[{ $match: { zz: 1 } }, { $count: 'n' }], []],
  [
    [{ $sortByCount: '$b' }, { $match: { count: { $gt: 1 } } }, { $sort: { _id: 1 } }],
    [
      { _id: 'x', count: 2 },
      { _id: 'y', count: 2 },
    ],
  ],
  [
    [
      { $addFields: { 'n.k': 1, zz: { $ifNull: ['$a', 'none'] } } },
      { $project: { n: 1, zz: 1 } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 1, n: { x: 1, y: [1, 2, 3], k: 1 }, zz: 1 },
      { _id: 2, n: { x: 2, k: 1 }, zz: 2.5 },
      { _id: 3, n: { k: 1 }, zz: 'none' },
      { _id: 4, n: { k: 1 }, zz: 'none' },
      { _id: 5, n: { k: 1 }, zz: 'str' },
      { _id: 6, n: { k: 1 }, zz: [1, 5, 9] },
      { _id: 7, n: { x: null, k: 1 }, zz: 7 },
      {
        _id: 8,
        n: [
          { x: 5, k: 1 },
          { x: 6, k: 1 },
        ],
        zz: 8,
      },
    ],
  ],
  [
    [
      {
        $bucket: {
          groupBy: '$_id',
          boundaries: [0, 3, 6],
          default: 'o',
          output: { n: { $sum: 1 }, ids: { $push: '$_id' } },
        },
      },
    ],
    [
      { _id: 0, n: 2, ids: [1, 2] },
      { _id: 3, n: 3, ids: [3, 4, 5] },
      { _id: 'o', n: 3, ids: [6, 7, 8] },
    ],
  ],
  [
    [{ $facet: { a: [{ $count: 'n' }], b: [{ $match: { _id: 1 } }, { $project: { b: 1 } }] } }],
    [{ a: [{ n: 8 }], b: [{ _id: 1, b: 'x' }] }],
  ],
  [
    [
      { $lookup: { from: 'c', localField: '_id', foreignField: 'n.x', as: 'j' } },
      { $project: { j: { $map: { input: '$j', in: '$$this._id' } } } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 1, j: [1] },
      { _id: 2, j: [2] },
      { _id: 3, j: [] },
      { _id: 4, j: [] },
      { _id: 5, j: [8] },
      { _id: 6, j: [8] },
      { _id: 7, j: [] },
      { _id: 8, j: [] },
    ],
  ],
  [
    [
      {
        $lookup: {
          from: 'c',
          let: { x: '$_id' },
          pipeline: [{ $match: { $expr: { $eq: ['$n.x', '$$x'] } } }, { $project: { b: 1 } }],
          as: 'j',
        },
      },
      { $project: { j: 1 } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 1, j: [{ _id: 1, b: 'x' }] },
      { _id: 2, j: [{ _id: 2, b: 'y' }] },
      { _id: 3, j: [] },
      { _id: 4, j: [] },
      { _id: 5, j: [] },
      { _id: 6, j: [] },
      { _id: 7, j: [] },
      { _id: 8, j: [] },
    ],
  ],
  [
    [{ $replaceRoot: { newRoot: { $ifNull: ['$n', { z: 1 }] } } }, { $limit: 2 }],
    [{ x: 1, y: [1, 2, 3] }, { x: 2 }],
  ],
  [[{ $match: { _id: 1 } }, { $replaceWith: { a: '$a', r: '$$ROOT.b' } }], [{ a: 1, r: 'x' }]],
  [
    [{ $unset: ['t', 'n.x', 'l'] }, { $match: { _id: { $in: [1, 2] } } }],
    [
      { _id: 1, a: 1, b: 'x', n: { y: [1, 2, 3] }, d: { $date: '1970-01-01T00:00:01Z' } },
      { _id: 2, a: 2.5, b: 'y', n: {}, d: { $date: '1970-01-01T00:00:02Z' } },
    ],
  ],
  [
    [
      { $match: { _id: 1 } },
      {
        $set: {
          t: { $size: '$t' },
          f: { $filter: { input: '$n.y', cond: { $gt: ['$$this', 1] } } },
          r: { $reduce: { input: '$n.y', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
          i: { $in: ['p', '$t'] },
          e: { $arrayElemAt: ['$n.y', -1] },
          sl: { $slice: ['$n.y', 2] },
          di: { $divide: [10, 4] },
          md: { $mod: [10, 4] },
          cm: { $cmp: [1, 2] },
          // biome-ignore lint/suspicious/noThenProperty: the name that $switch gives it
          sw: { $switch: { branches: [{ case: { $eq: ['$a', 1] }, then: 'one' }], default: 'd' } },
          su: { $substrCP: ['$b', 0, 1] },
          up: { $toUpper: '$b' },
          rnd: { $round: [2.567, 1] },
          mo: { $mergeObjects: ['$n', { z: 1 }] },
          o2a: { $objectToArray: { a: 1 } },
          a2o: { $arrayToObject: [[['k', 'v']]] },
          ts: { $toString: '$a' },
          ti: { $toInt: '5' },
          dow: { $dayOfWeek: '$d' },
          sb: { $subtract: ['$d', new Date(0)] },
          ad: { $add: ['$d', 1000] },
          ty: { $type: '$a' },
          lt: { $let: { vars: { x: 5 }, in: { $multiply: ['$$x', 2] } } },
        },
      },
    ],
    [
      {
        _id: 1,
        a: 1,
        b: 'x',
        t: 2,
        n: { x: 1, y: [1, 2, 3] },
        d: { $date: '1970-01-01T00:00:01Z' },
        f: [2, 3],
        r: 6,
        i: true,
        e: 3,
        sl: [1, 2],
        di: 2.5,
        md: 2,
        cm: -1,
        sw: 'one',
        su: 'x',
        up: 'X',
        rnd: 2.6,
        mo: { x: 1, y: [1, 2, 3], z: 1 },
        o2a: [{ k: 'a', v: 1 }],
        a2o: { k: 'v' },
        ts: '1',
        ti: 5,
        dow: 5,
        sb: 1000,
        ad: { $date: '1970-01-01T00:00:02Z' },
        ty: 'int',
        lt: 10,
      },
    ],
  ],
  [[{ $foo: 1 }], 'error 40324'],
  [[{ $match: { _id: 1 } }, { $project: { x: { $foo: 1 } } }], 'error 168'],
  [[{ $group: { n: { $sum: 1 } } }], 'error 15955'],
  [[{ $group: { _id: null, n: { $foo: 1 } } }], 'error 15952'],
  [[{ $limit: 0 }], 'error 15958'],
  [
    [{ $group: { _id: { b: '$b', x: '$n.x' }, n: { $sum: 1 } } }, { $sort: { '_id.b': 1, '_id.x': 1 } }],
    [
      { _id: { b: null }, n: 1 },
      { _id: { b: 'x', x: null }, n: 1 },
      { _id: { b: 'x', x: 1 }, n: 1 },
      { _id: { b: 'xyz' }, n: 1 },
      { _id: { b: 'y', x: 2 }, n: 1 },
      { _id: { b: 'y', x: [5, 6] }, n: 1 },
      { _id: { b: 'z' }, n: 1 },
      { _id: { b: 'É😀' }, n: 1 },
    ],
  ],
  [[{ $unionWith: { coll: 'c', pipeline: [{ $match: { _id: 1 } }] } }, { $count: 'n' }], [{ n: 9 }]],
  [
    [
      {
        $project: {
          x: { $gt: ['$a', 1] },
          y: { $lt: ['$missing', 1] },
          z: { $eq: ['$missing', null] },
          al: { $and: ['$a', 1] },
        },
      },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 1, x: false, y: true, z: false, al: true },
      { _id: 2, x: true, y: true, z: false, al: true },
      { _id: 3, x: false, y: true, z: false, al: false },
      { _id: 4, x: false, y: true, z: false, al: false },
      { _id: 5, x: true, y: true, z: false, al: true },
      { _id: 6, x: true, y: true, z: false, al: true },
      { _id: 7, x: true, y: true, z: false, al: true },
      { _id: 8, x: true, y: true, z: false, al: true },
    ],
  ],
  [
    [{ $project: { 'n.x': 1, c: '$n.x' } }, { $sort: { _id: 1 } }],
    [
      { _id: 1, n: { x: 1 }, c: 1 },
      { _id: 2, n: { x: 2 }, c: 2 },
      { _id: 3 },
      { _id: 4 },
      { _id: 5 },
      { _id: 6 },
      { _id: 7, n: { x: null }, c: null },
      { _id: 8, n: [{ x: 5 }, { x: 6 }], c: [5, 6] },
    ],
  ],
  [
    [{ $project: { l: { $map: { input: { $ifNull: ['$l', []] }, as: 'q', in: '$$q.k' } } } }, { $sort: { _id: 1 } }],
    [
      { _id: 1, l: [] },
      { _id: 2, l: [] },
      { _id: 3, l: [1, 2] },
      { _id: 4, l: [2, 3] },
      { _id: 5, l: [] },
      { _id: 6, l: [null, null, 5] },
      { _id: 7, l: [] },
      { _id: 8, l: [] },
    ],
  ],
  [
    [{ $project: { a: ['$a', '$zz', 1] } }, { $sort: { _id: 1 } }, { $limit: 3 }],
    [
      { _id: 1, a: [1, null, 1] },
      { _id: 2, a: [2.5, null, 1] },
      { _id: 3, a: [null, null, 1] },
    ],
  ],
  [[{ $project: { v: { $divide: [1, 0] } } }], 'error 2'],
  [
    [{ $group: { _id: { $dateToString: { format: '%Y-%m', date: '$d' } }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
    [
      { _id: null, n: 5 },
      { _id: '1970-01', n: 3 },
    ],
  ],
  [
    [{ $project: { _id: 0 } }, { $limit: 1 }],
    [{ a: 1, b: 'x', t: ['p', 'q'], n: { x: 1, y: [1, 2, 3] }, d: { $date: '1970-01-01T00:00:01Z' } }],
  ],
  [
    [{ $match: { $expr: { $and: [{ $gte: ['$_id', 2] }, { $in: ['$b', ['x', 'y']] }] } } }, { $project: { _id: 1 } }],
    [{ _id: 2 }, { _id: 7 }, { _id: 8 }],
  ],
  [
    [{ $group: { _id: '$a', n: { $sum: 1 } } }, { $sort: { n: -1, _id: 1 } }],
    [
      { _id: null, n: 2 },
      { _id: 1, n: 1 },
      { _id: [1, 5, 9], n: 1 },
      { _id: 2.5, n: 1 },
      { _id: 7, n: 1 },
      { _id: 8, n: 1 },
      { _id: 'str', n: 1 },
    ],
  ],
  [
    [{ $group: { _id: null, s: { $sum: ['$_id', 1] }, dec: { $max: '$dec' } } }],
    [{ _id: null, s: 0, dec: { $numberDecimal: '1.50' } }],
  ],
] as [Doc[], unknown][];

const { fresh } = withDatabase();
let collection: Collection;
beforeAll(async () => {
  collection = fresh();
  await collection.insertMany(samples as Doc[]);
});

const inCollection = (pipeline: Doc[]) =>
  JSON.parse(
    JSON.stringify(pipeline, (key, value) =>
      (key === 'from' || key === 'coll') && value === 'c' ? collection.collectionName : value,
    ).replace(/"(\d{4}-\d\d-\d\dT[^"]*)"/g, '{"$date":"$1"}'),
  ) as Doc[];

test.each(CASES.map(([pipeline, result]) => [JSON.stringify(pipeline).slice(0, 150), pipeline, result] as const))(
  '%s',
  async (_name, pipeline, result) => {
    const work = collection.aggregate(BSON.EJSON.parse(JSON.stringify(inCollection(pipeline))) as Doc[]).toArray();
    const answer = await work.then(
      (docs) => JSON.parse(BSON.EJSON.stringify(docs)),
      (error) => `error ${error.code}`,
    );
    expect(answer).toEqual(result);
  },
);

test('stages and expressions that are not served are refused with their own codes', async () => {
  expect(await refusal(collection.aggregate([{ $foo: 1 }]).toArray())).toMatchObject({ code: 40324 });
  expect(await refusal(collection.aggregate([{ $out: 'x' }]).toArray())).toMatchObject({ code: 115 });
  expect(await refusal(collection.aggregate([{ $project: { a: { $foo: 1 } } }]).toArray())).toMatchObject({
    code: 168,
  });
  expect(await refusal(collection.aggregate([{ $project: { a: { $function: {} } } }]).toArray())).toMatchObject({
    code: 115,
  });
  expect(await refusal(collection.aggregate([{ $group: { _id: null, s: { $sum: '$dec' } } }]).toArray())).toMatchObject(
    { code: 238 },
  );
});

test('$collStats tells of its collection, and of no other things', async () => {
  const collection = fresh();
  await collection.insertMany([{ _id: 1 }, { _id: 2 }]);
  const stats = (options: Doc, ...rest: Doc[]) => collection.aggregate([{ $collStats: options }, ...rest]).toArray();
  const ns = collection.namespace;
  const storageStats = { count: 2, size: 28, avgObjSize: 14, nindexes: 1, indexSizes: { _id_: 0 }, scaleFactor: 1 };
  expect(await stats({ count: {}, storageStats: {} })).toMatchObject([{ ns, count: 2, storageStats }]);
  expect(await stats({ storageStats: { scale: 7 } })).toMatchObject([{ storageStats: { size: 4, avgObjSize: 14 } }]);
  expect(await stats({ count: {} }, { $match: { count: 2 } }, { $project: { n: '$count' } })).toEqual([{ n: 2 }]);
  expect(await refusal(stats({ latencyStats: {} }))).toMatchObject({ code: 115 });
  expect(await refusal(stats({ zork: 1 }))).toMatchObject({ code: 40415 });
  expect(await refusal(stats({}, { $collStats: {} }))).toMatchObject({ code: 40602 });
  expect(
    await refusal(
      fresh()
        .aggregate([{ $collStats: {} }])
        .toArray(),
    ),
  ).toMatchObject({ code: 26 });
});
