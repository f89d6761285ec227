import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sortStream } from '../../../../core/db/embedded/sort.ts';
import { streamOf } from '../../../../core/db/embedded/stage.ts';
import { seeded } from '../../../../core/seeded.ts';
import { type Collection, type Doc, MongoClient, withDatabase } from './harness.ts';

// Long work is done in slices, between which other connections are answered.

const { fresh, context } = withDatabase();
const COUNT = 20_000;
let large: Collection;
let other: InstanceType<typeof MongoClient>;

beforeAll(async () => {
  other = await MongoClient.connect(context.uri);
  await other.db('test').collection<{ _id: number }>('beside').insertOne({ _id: 1 });
  large = fresh();
  const random = seeded(1);
  const made = Array.from({ length: COUNT }, (_, _id) => ({ _id, n: random(), text: `text ${_id % 1000}` }));
  await large.insertMany(made);
});

afterAll(() => other?.close());

/** How many documents another connection finds by _id, one after the other, before the work is done. */
async function foundBeside(work: Promise<unknown>): Promise<number> {
  const beside = other.db('test').collection<{ _id: number }>('beside');
  let [found, done] = [0, false];
  const end = work.finally(() => {
    done = true;
  });
  while (!done) {
    expect(await beside.findOne({ _id: 1 })).toEqual({ _id: 1 });
    found++;
  }
  await end;
  return found;
}

const aggregate = (...pipeline: Doc[]) => large.aggregate(pipeline).toArray();
const ELEMENTS = { $project: { list: { $range: [0, 200_000] } } };
const LONG: [string, () => Promise<unknown>][] = [
  ['a sort', () => large.find().sort({ n: 1 }).toArray()],
  ['a sort of what a stage made', () => aggregate({ $set: { m: '$n' } }, { $sort: { text: 1, m: -1 } })],
  ['a $group of many groups', () => aggregate({ $group: { _id: '$n' } }, { $sort: { _id: 1 } }, { $count: 'n' })],
  ['a $group of one', () => aggregate({ $group: { _id: null, all: { $push: '$text' }, set: { $addToSet: '$n' } } })],
  ['a long list unwound', () => aggregate({ $limit: 1 }, ELEMENTS, { $unwind: '$list' }, { $match: { list: -1 } })],
  ['distinct', () => large.distinct('n')],
  ['a count by a scan', () => large.countDocuments({ text: /9$/, n: { $gte: 0 } })],
  ['an answer of many documents', () => large.find().batchSize(COUNT).toArray()],
  ['the making of an index', () => large.createIndex({ n: 1 })],
  ['an update of all', () => large.updateMany({}, { $set: { m: 1 } })],
  ['an insert of many', () => fresh().insertMany(Array.from({ length: COUNT }, (_, n) => ({ n })))],
  ['a delete of many', () => large.deleteMany({ n: { $lt: 0.5 } })],
  ['the end of a collection', () => large.drop()],
];

describe('point reads are answered during', () => {
  test.each(LONG)('%s', async (_name, work) => {
    expect(await foundBeside(work())).toBeGreaterThan(4);
  });
});

test('between two slices of a sort there are few comparisons', () => {
  const random = seeded(2);
  const items = Array.from({ length: 50_000 }, random);
  let [now, most] = [0, 0];
  const order = { key: (item: number) => [item], compare: compared, keep: () => 8 };
  function compared([a]: unknown[], [b]: unknown[]): number {
    now++;
    return Number(a) - Number(b);
  }
  const sorted: number[] = [];
  for (const item of sortStream(streamOf(items), order, 0)) {
    if (item !== null) sorted.push(item);
    most = Math.max(most, now);
    now = 0;
  }
  expect(sorted).toEqual(items.toSorted((a, b) => a - b));
  expect(most).toBeLessThan(12_000);
});
