import { beforeAll, describe, expect, test } from 'vitest';
import { Binary, type Collection, type Doc, refusal, withDatabase } from './harness.ts';
import { id, samples } from './samples.ts';

// The answers were compared with those of a MongoDB-compatible engine (DocumentDB on PostgreSQL).
const CASES: [Doc, number[] | string][] = [
  [{}, [1, 2, 3, 4, 5, 6, 7, 8]],
  [{ a: 1 }, [1, 6]],
  [{ a: null }, [3, 4]],
  [{ a: { $ne: null } }, [1, 2, 5, 6, 7, 8]],
  [{ a: { $exists: true } }, [1, 2, 3, 5, 6, 7, 8]],
  [{ a: { $exists: false } }, [4]],
  [{ a: { $gt: 1 } }, [2, 6, 7, 8]],
  [{ a: { $gte: 1, $lt: 8 } }, [1, 2, 6, 7]],
  [{ a: { $in: [1, 'str', null] } }, [1, 3, 4, 5, 6]],
  [{ a: { $nin: [1, null] } }, [2, 5, 7, 8]],
  [{ t: 'q' }, [1, 4, 8]],
  [{ t: ['p', 'q'] }, [1]],
  [{ t: [] }, [2]],
  [{ t: { $size: 0 } }, [2]],
  [{ t: { $size: 2 } }, [1, 4]],
  [{ t: { $all: ['p', 'q'] } }, [1]],
  [{ t: { $ne: 'q' } }, [2, 3, 5, 6, 7]],
  [{ t: ['r'] }, [4]],
  [{ 'n.x': 1 }, [1]],
  [{ 'n.x': null }, [3, 4, 5, 6, 7]],
  [{ 'n.x': { $exists: false } }, [3, 4, 5, 6]],
  [{ 'n.x': { $gt: 1 } }, [2, 8]],
  [{ 'n.y': 2 }, [1]],
  [{ 'n.y.1': 2 }, [1]],
  [{ 'l.k': 2 }, [3, 4]],
  [{ 'l.v': null }, [1, 2, 4, 6, 7, 8]],
  [{ 'l.v': { $ne: 'a' } }, [1, 2, 4, 5, 6, 7, 8]],
  [{ 'l.k': { $gt: 2 } }, [4, 6]],
  [{ l: { $elemMatch: { k: 2, v: 'c' } } }, [4]],
  [{ l: { $elemMatch: { $gt: 1 } } }, [6]],
  [{ l: { $elemMatch: { k: { $gt: 1 }, v: { $exists: false } } } }, [4, 6]],
  [{ b: /^x/ }, [1, 4, 7]],
  [{ b: { $regex: 'Y', $options: 'i' } }, [2, 4, 8]],
  [{ b: { $not: /^x/ } }, [2, 3, 5, 6, 8]],
  [{ b: { $in: [/^x/, 'z'] } }, [1, 3, 4, 7]],
  [{ a: { $not: { $gt: 1 } } }, [1, 3, 4, 5]],
  [{ $or: [{ a: 1 }, { b: 'y' }] }, [1, 2, 6, 8]],
  [{ $nor: [{ a: 1 }, { b: 'y' }] }, [3, 4, 5, 7]],
  [{ $and: [{ a: { $gt: 0 } }, { b: 'x' }] }, [1, 7]],
  [{ a: { $type: 'number' } }, [1, 2, 6, 7, 8]],
  [{ a: { $type: 'double' } }, [2, 7]],
  [{ a: { $type: ['int', 'long'] } }, [1, 6, 8]],
  [{ a: { $type: 'array' } }, [6]],
  [{ t: { $type: 'string' } }, [1, 4, 8]],
  [{ a: { $mod: [2, 1] } }, [1, 6, 7]],
  [{ d: { $gt: new Date(1000) } }, [2, 3]],
  [{ d: { $lte: new Date(2000) } }, [1, 2]],
  [{ o: id(5) }, [5]],
  [{ bool: true }, [6]],
  [{ bool: { $ne: true } }, [1, 2, 3, 4, 5, 7, 8]],
  [{ bool: { $gte: false } }, [6, 7]],
  [{ dec: { $gt: 1 } }, [5]],
  [{ dec: 1.5 }, [5]],
  [{ big: { $gt: 9007199254740992 } }, [4]],
  [{ dbl: 5 }, [5]],
  [{ nest: [1, 2] }, [7]],
  [{ nest: { $elemMatch: { $elemMatch: { $gt: 2 } } } }, [7]],
  [{ nest: 3 }, []],
  [{ n: { x: 2 } }, [2]],
  [{ n: { x: 1 } }, []],
  [{ $expr: { $gt: ['$a', 1] } }, [2, 5, 6, 7, 8]],
  [{ $expr: { $eq: ['$b', 'x'] } }, [1, 7]],
  [{ bin: new Binary(Buffer.from('hi')) }, [6]],
  [{ re: /ab/i }, [6]],
  [{ a: { $gt: 'a' } }, [5]],
  [{ a: { $gte: null } }, [3, 4]],
  [{ a: { $lt: null } }, []],
  [{ a: { $gt: {} } }, []],
  [{ a: { $eq: [1, 5, 9] } }, [6]],
  [{ a: { $gt: [1, 5] } }, [6]],
  [{ 'a.0': 1 }, [6]],
  [{ 'a.1': { $gt: 4 } }, [6]],
  [{ _id: { $in: [3, 1, 99] } }, [1, 3]],
  [{ _id: { $gt: 3, $lt: 6 } }, [4, 5]],
  [{ $comment: 'x', a: 1 }, [1, 6]],
  [{ a: { $foo: 1 } }, 'error 2'],
  [{ $foo: 1 }, 'error 2'],
  [{ a: { $in: 5 } }, 'error 2'],
  [{ t: { $elemMatch: { $in: ['p'] } } }, [1]],
  [{ t: { $not: { $size: 2 } } }, [2, 3, 5, 6, 7, 8]],
  [{ b: { $gt: 'x', $lt: 'z' } }, [2, 4, 8]],
  [{ n: { $elemMatch: { x: 5 } } }, [8]],
  [{ 'x.y.z': null }, [1, 2, 3, 4, 5, 6, 7, 8]],
  [{ neg: { $lt: 0 } }, [5]],
  [{ $or: [] }, 'error 2'],
  [{ a: { $exists: 1, $ne: 1 } }, [2, 3, 5, 7, 8]],
  [{ b: { $regex: '^X', $options: 'i' } }, [1, 4, 7]],
  [{ t: { $in: [[], 'p'] } }, [1, 2]],
  [{ l: { $all: [{ $elemMatch: { k: 1 } }, { $elemMatch: { k: 2 } }] } }, [3]],
  [{ t: { $nin: ['q'] } }, [2, 3, 5, 6, 7]],
];

const { fresh } = withDatabase();

async function answer(collection: Collection, filter: Doc): Promise<number[] | string> {
  try {
    const found = await collection.find(filter).sort({ _id: 1 }).toArray();
    expect(await collection.countDocuments(filter)).toBe(found.length);
    return found.map(({ _id }) => _id as number);
  } catch (error) {
    return `error ${(error as { code: number }).code}`;
  }
}

for (const indexed of [false, true]) {
  describe(`filters ${indexed ? 'with' : 'without'} indexes`, () => {
    let collection: Collection;
    beforeAll(async () => {
      collection = fresh();
      await collection.insertMany(samples as Doc[]);
      const keys = [
        { a: 1 },
        { a: -1, b: 1 },
        { t: 1 },
        { b: 1, a: -1 },
        { 'n.x': 1 },
        { 'l.k': 1, 'l.v': 1 },
        { d: -1 },
        { nest: 1 },
      ];
      if (indexed) await collection.createIndexes(keys.map((key) => ({ key }) as never));
    });
    test.each(CASES.map(([filter, ids]) => [JSON.stringify(filter), filter, ids] as const))(
      '%s',
      async (_name, filter, ids) => {
        expect(await answer(collection, filter)).toEqual(ids);
      },
    );
  });
}

test('an operator that is not served is refused, not ignored', async () => {
  const collection = fresh();
  await collection.insertOne({ a: 1 });
  expect(await refusal(collection.findOne({ $where: 'true' }))).toMatchObject({
    code: 115,
    codeName: 'CommandNotSupported',
  });
  expect(await refusal(collection.findOne({ $text: { $search: 'x' } }))).toMatchObject({ code: 115 });
  expect(await refusal(collection.findOne({ a: { $near: [1, 2] } }))).toMatchObject({ code: 115 });
  expect(await refusal(collection.findOne({ a: { $foo: 1 } }))).toMatchObject({ code: 2, codeName: 'BadValue' });
});
