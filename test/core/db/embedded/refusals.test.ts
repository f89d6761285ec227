import { beforeAll, describe, expect, test } from 'vitest';
import { OPTIONS } from '../../../../core/db/embedded/commands/options.ts';
import { type Doc, refusal, withDatabase } from './harness.ts';

const { db } = withDatabase();

beforeAll(async () => {
  await db()
    .collection('c')
    .insertOne({ a: 1, l: [1, 2], o: { b: 1 }, t: 'x', d: new Date(0) });
  await db().collection('c').createIndex({ a: 1 });
});

/** Commands as they are accepted. */
const COMMANDS: Record<string, Doc> = {
  find: { find: 'c', filter: {} },
  getMore: { getMore: 1, collection: 'c' },
  killCursors: { killCursors: 'c', cursors: [] },
  count: { count: 'c' },
  distinct: { distinct: 'c', key: 'a' },
  aggregate: { aggregate: 'c', pipeline: [], cursor: {} },
  explain: { explain: { find: 'c' } },
  insert: { insert: 'c', documents: [{ b: 1 }] },
  update: { update: 'c', updates: [{ q: { a: 9 }, u: { $set: { b: 1 } } }] },
  delete: { delete: 'c', deletes: [{ q: { a: 9 }, limit: 1 }] },
  findAndModify: { findAndModify: 'c', query: { a: 9 }, update: { $set: { b: 1 } } },
  create: { create: 'made' },
  drop: { drop: 'made' },
  dropDatabase: { dropDatabase: 1 },
  createIndexes: { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a_1' }] },
  dropIndexes: { dropIndexes: 'c', index: 'zork_1' },
  listIndexes: { listIndexes: 'c' },
  listCollections: { listCollections: 1 },
  listDatabases: { listDatabases: 1 },
  collStats: { collStats: 'c' },
  dbStats: { dbStats: 1 },
  ping: { ping: 1 },
  buildInfo: { buildInfo: 1 },
  serverStatus: { serverStatus: 1 },
  connectionStatus: { connectionStatus: 1 },
  endSessions: { endSessions: [] },
  saslStart: { saslStart: 1, mechanism: 'x' },
  saslContinue: { saslContinue: 1 },
  kadeSnapshot: { kadeSnapshot: 1 },
};

/** Fields that drivers send with any command. */
const HARMLESS = {
  comment: 'why',
  maxTimeMS: 5000,
  $readPreference: { mode: 'primary' },
  readConcern: { level: 'local' },
  apiVersion: '1',
};

describe('an option', () => {
  test('is tested for each command', () => {
    expect(Object.keys(COMMANDS).sort()).toEqual(Object.keys(OPTIONS).sort());
  });

  test.each(Object.keys(COMMANDS))(
    'that does not exist is refused by %s, those of every driver are not',
    async (name) => {
      const command = COMMANDS[name] as Doc;
      expect(await refusal(db().command({ ...command, zork: 1 }))).toMatchObject({
        code: 40415,
        codeName: 'Location40415',
        message: expect.stringContaining(`${name}.zork`),
      });
      const refused = await db()
        .command({ ...command, ...HARMLESS })
        .catch((error: Doc) => error.code);
      expect([40415, 115]).not.toContain(refused);
      if (!['dropDatabase', 'drop', 'kadeSnapshot'].includes(name))
        expect(await refusal(db().command({ explain: { [name]: 'c', zork: 1 } }))).toBeTruthy();
    },
  );

  const refused = Object.entries(OPTIONS).flatMap(([name, options]) => options.refused.map((option) => [name, option]));
  test.each(refused)('of MongoDB that is not served is refused: %s %s', async (name = '', option = '') => {
    expect(await refusal(db().command({ ...COMMANDS[name], [option]: 1 }))).toMatchObject({ code: 115 });
  });

  const nested: [Doc, number, string][] = [
    [{ update: 'c', updates: [{ q: {}, u: { $set: { b: 1 } }, zork: 1 }] }, 40415, 'Location40415'],
    [{ delete: 'c', deletes: [{ q: {}, limit: 1, zork: 1 }] }, 40415, 'Location40415'],
    [{ explain: { find: 'c', zork: 1 } }, 40415, 'Location40415'],
    [{ explain: { zork: 'c' } }, 59, 'CommandNotFound'],
    [{ aggregate: 'c', pipeline: [], cursor: { zork: 1 } }, 40415, 'Location40415'],
    [{ find: 'c', readConcern: { zork: 1 } }, 40415, 'Location40415'],
    [{ find: 'c', readConcern: { level: 'zork' } }, 2, 'BadValue'],
    [{ find: 'c', readConcern: { level: 'snapshot' } }, 123, 'NotAReplicaSet'],
    [{ insert: 'c', documents: [{}], writeConcern: { zork: 1 } }, 40415, 'Location40415'],
    [{ insert: 'c', documents: [{}], writeConcern: { w: 'zork' } }, 2, 'BadValue'],
    [{ insert: 'c', documents: [{}], writeConcern: { w: 2 } }, 2, 'BadValue'],
    [{ ping: 1, apiVersion: '2' }, 322, 'APIVersionError'],
    [{ find: 'c', collation: { locale: 'si' } }, 115, 'CommandNotSupported'],
    [{ find: 'c', collation: { locale: 'simple', strength: 2 } }, 115, 'CommandNotSupported'],
    [{ find: 'c', hint: 'zork_1' }, 2, 'BadValue'],
    [{ aggregate: 'c', pipeline: [], cursor: {}, hint: { zork: 1 } }, 2, 'BadValue'],
    [{ getParameter: 1, zork: 1 }, 72, 'InvalidOptions'],
    [{ zork: 1 }, 59, 'CommandNotFound'],
    [{ constructor: 1 }, 59, 'CommandNotFound'],
    [{ renameCollection: 'test.c', to: 'test.d' }, 115, 'CommandNotSupported'],
  ];
  test.each(nested.map(([command, ...rest]) => [JSON.stringify(command), command, ...rest] as const))(
    '%s is refused',
    async (_name, command, code, codeName) => {
      const answer = await db()
        .command(command)
        .catch((error: Doc) => error);
      expect((answer.writeErrors as Doc[] | undefined)?.[0] ?? answer).toMatchObject({ code });
      if (!answer.writeErrors) expect(answer).toMatchObject({ codeName });
    },
  );
});

describe('an index', () => {
  const index = (spec: Doc) => db().command({ createIndexes: 'c', indexes: [{ name: 'x', ...spec }] });
  const cases: [Doc, number][] = [
    ...['text', '2dsphere', '2d', 'hashed', 'columnstore'].map((kind): [Doc, number] => [{ key: { a: kind } }, 115]),
    [{ key: { '$**': 1 } }, 115],
    [{ key: { a: 1 }, hidden: true }, 115],
    [{ key: { a: 1 }, collation: { locale: 'en' } }, 115],
    [{ key: { a: 1 }, wildcardProjection: { b: 1 } }, 115],
    [{ key: { a: 1 }, zork: 1 }, 197],
    [{ key: { a: 'zork' } }, 67],
    [{ key: { a: 0 } }, 67],
    [{ key: {} }, 67],
  ];
  test.each(cases.map(([spec, code]) => [JSON.stringify(spec), spec, code] as const))(
    'of a kind or with an option that is not served is refused: %s',
    async (_name, spec, code) => {
      expect(await refusal(index(spec))).toMatchObject({ code });
    },
  );
});

describe('within a pipeline', () => {
  const stages: [Doc, number][] = [
    [{ $zork: 1 }, 40324],
    [{ $geoNear: {} }, 115],
    [{ $match: { $zork: 1 } }, 2],
    [{ $match: { a: { $zork: 1 } } }, 2],
    [{ $match: { $text: { $search: 'x' } } }, 115],
    [{ $match: { a: { $bitsAllSet: 1 } } }, 115],
    [{ $group: { _id: null, n: { $zork: 1 } } }, 15952],
    [{ $lookup: { from: 'c', as: 'x', zork: 1 } }, 9],
    [{ $unwind: { path: '$l', zork: 1 } }, 28811],
    [{ $bucket: { groupBy: '$a', boundaries: [0, 9], zork: 1 } }, 40197],
    [{ $unionWith: { coll: 'c', zork: 1 } }, 40415],
    [{ $replaceRoot: { newRoot: '$o', zork: 1 } }, 40415],
    [{ $facet: { x: [{ $facet: {} }] } }, 40600],
    [{ $facet: { x: 1 } }, 40170],
    [{ $facet: 1 }, 40169],
    [{ $unset: 1 }, 31002],
    [{ $set: 1 }, 40272],
    [{ $project: 1 }, 15969],
    [{ $limit: 'x' }, 5107201],
    [{ $project: { 'a..b': 1 } }, 15998],
    [{ $project: { x: { a: 1, $b: 1 } } }, 16410],
  ];
  const expressions: [Doc, number][] = [
    [{ $zork: 1 }, 168],
    [{ $function: {} }, 115],
    // biome-ignore lint/suspicious/noThenProperty: the name that MongoDB gives it
    [{ $cond: { if: 1, then: 1, else: 1, zork: 1 } }, 17083],
    [{ $switch: { branches: [], zork: 1 } }, 40067],
    [{ $let: { vars: {}, in: 1, zork: 1 } }, 16875],
    [{ $map: { input: '$l', in: 1, zork: 1 } }, 16879],
    [{ $filter: { input: '$l', cond: true, zork: 1 } }, 28647],
    [{ $reduce: { input: '$l', initialValue: 0, in: 1, zork: 1 } }, 40076],
    [{ $dateToString: { date: '$d', zork: 1 } }, 18534],
    [{ $year: { date: '$d', zork: 1 } }, 40535],
    [{ $sortArray: { input: '$l', sortBy: 1, zork: 1 } }, 2942501],
    [{ $sortArray: { input: '$l' } }, 2942503],
    [{ $trim: 'x' }, 50696],
    [{ $year: ['$d', 1] }, 40536],
    [{ $year: {} }, 40539],
    [{ $size: ['$l', '$l'] }, 16020],
    [{ $slice: ['$l'] }, 28667],
    [{ $regexMatch: { input: '$t', regex: 'x', zork: 1 } }, 31024],
    [{ $trim: { input: '$t', zork: 1 } }, 50694],
  ];
  const rows = [...stages, ...expressions.map(([x, code]): [Doc, number] => [{ $project: { x } }, code])];
  test.each(rows.map(([stage, code]) => [JSON.stringify(stage), stage, code] as const))(
    'what does not exist or is not served is refused: %s',
    async (_name, stage, code) => {
      expect(await refusal(db().collection('c').aggregate([stage]).toArray())).toMatchObject({ code });
    },
  );

  test.each([
    [{ $zork: { a: 1 } }, 9],
    [{ $bit: { a: { and: 1 } } }, 115],
    [{ $push: { l: { $each: [1], $zork: 1 } } }, 2],
    [[{ $group: { _id: 1 } }], 72],
  ] as [Doc, number][])('an update %j is refused', async (update, code) => {
    expect(await refusal(db().collection('c').updateOne({}, update))).toMatchObject({ code });
  });
});
