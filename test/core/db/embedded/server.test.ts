import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Server } from '../../../../core/db/embedded/server.ts';
import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';
import type { Store } from '../../../../core/db/embedded/store.ts';
import { type Doc, Long, MongoClient, newFolder, refusal, withDatabase } from './harness.ts';

const { fresh, db, context } = withDatabase();

function* none(): Generator<Buffer | null, void> {}

describe('cursors', () => {
  test('come in batches and end', async () => {
    const collection = fresh();
    await collection.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n })));
    const cursor = collection.find({}).sort({ n: 1 }).batchSize(100);
    const seen: unknown[] = [];
    for await (const doc of cursor) seen.push(doc.n);
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });

  test('go on while documents are removed and added', async () => {
    const collection = fresh();
    await collection.insertMany(Array.from({ length: 500 }, (_, _id) => ({ _id })));
    const cursor = collection.find({}).batchSize(10);
    await cursor.next();
    await collection.deleteMany({ _id: { $lt: 400 } });
    expect((await cursor.toArray()).filter(({ _id }) => Number(_id) >= 400)).toHaveLength(100);
  });

  test('that are closed or unknown are answered with 43 CursorNotFound', async () => {
    const collection = fresh();
    await collection.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    const first = await db().command({ find: collection.collectionName, batchSize: 10 }, { promoteValues: false });
    const { id } = first.cursor as { id: unknown };
    expect(await db().command({ killCursors: collection.collectionName, cursors: [id] })).toMatchObject({ ok: 1 });
    expect(await refusal(db().command({ getMore: id, collection: collection.collectionName }))).toMatchObject({
      code: 43,
      codeName: 'CursorNotFound',
    });
  });

  test('are forgotten when nobody asked for ten minutes, but not those that were made to stay', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const server = new Server({} as Store);
    const cursor = (stays: boolean) => ({ id: Long.ZERO, ns: 'x.c', stream: none(), pending: null, usedAt: 0, stays });
    const [idle, lasting, fresher] = [cursor(false), cursor(true), cursor(false)];
    server.keep(idle);
    server.keep(lasting);
    vi.setSystemTime(600_001);
    server.keep(fresher);
    expect([...server.cursors.values()]).toEqual([lasting, fresher]);
    vi.useRealTimers();
  });

  test('carry documents of many megabytes', async () => {
    const collection = fresh();
    await collection.insertMany(Array.from({ length: 12 }, (_, n) => ({ n, text: 'x'.repeat(3_000_000) })));
    expect((await collection.find({}).toArray()).map(({ text }) => String(text).length)).toEqual(
      Array.from({ length: 12 }, () => 3_000_000),
    );
    expect(await refusal(collection.insertOne({ text: 'x'.repeat(17_000_000) }))).toBeTruthy();
  });
});

describe('what is not served', () => {
  const cases: [Doc, number, string][] = [
    [{ zork: 1 }, 59, 'CommandNotFound'],
    [{ mapReduce: 'c' }, 115, 'CommandNotSupported'],
    [{ find: 'c', zork: 1 }, 40415, 'Location40415'],
    [{ find: 'c', collation: { locale: 'en' } }, 115, 'CommandNotSupported'],
    [{ find: 'c', tailable: true }, 115, 'CommandNotSupported'],
    [{ create: 'capped', capped: true, size: 1000 }, 115, 'CommandNotSupported'],
    [{ find: '' }, 73, 'InvalidNamespace'],
    [{ drop: 'nope' }, 26, 'NamespaceNotFound'],
    [{ aggregate: 'c', pipeline: [] }, 9, 'FailedToParse'],
    [{ aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} }, 115, 'CommandNotSupported'],
    [{ insert: 'c', documents: [] }, 16, 'Location16'],
    [{ listIndexes: 'nope' }, 26, 'NamespaceNotFound'],
  ];
  test.each(cases.map((row) => [JSON.stringify(row[0]), ...row] as const))(
    '%s is refused',
    async (_name, command, code, codeName) => {
      expect(await refusal(db().command(command))).toMatchObject({ code, codeName });
    },
  );
});

test('a command is given up when its time is over', async () => {
  const collection = fresh();
  await collection.insertMany(Array.from({ length: 5000 }, (_, n) => ({ n, list: [1, 2, 3, 4, 5, 6, 7, 8] })));
  const slow = collection.aggregate([{ $unwind: '$list' }, { $group: { _id: { n: '$n', l: '$list' } } }], {
    maxTimeMS: 1,
  });
  expect(await refusal(slow.toArray())).toMatchObject({ code: 50, codeName: 'MaxTimeMSExpired' });
  expect(await refusal(collection.insertOne({ a: 1 }, { writeConcern: { w: 2 } }))).toMatchObject({ code: 2 });
});

test('a server that is stopped amid its work stops, and starts again', async () => {
  const folder = newFolder();
  const { uri, stop } = await startEmbedded({ folder });
  const client = await MongoClient.connect(uri);
  const busy = [0, 1, 2].map((batch) =>
    client
      .db('x')
      .collection<Doc>('c')
      .insertMany(Array.from({ length: 5000 }, (_, n) => ({ batch, n })))
      .catch(() => undefined),
  );
  await client.db('x').command({ ping: 1 });
  await stop();
  await client.close();
  await Promise.all(busy);
  const again = await startEmbedded({ folder });
  await again.stop();
});

test('databases and collections are listed, counted and dropped', async () => {
  const other = context.client.db('other');
  await other.collection('a').insertOne({ n: 1 });
  await other.createCollection('b');
  expect((await other.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()).toEqual([
    'a',
    'b',
  ]);
  expect(await other.listCollections({}, { batchSize: 1 }).toArray()).toHaveLength(2);
  expect((await other.command({ listCollections: 1, cursor: { batchSize: 1 } })).cursor.firstBatch).toHaveLength(1);
  await other.collection('a').createIndexes([{ key: { n: 1 } }, { key: { m: 1 } }]);
  expect(await other.collection('a').listIndexes({ batchSize: 2 }).toArray()).toHaveLength(3);
  expect(await other.stats()).toMatchObject({ collections: 2, objects: 1 });
  expect((await other.admin().listDatabases()).databases.map(({ name }) => name)).toContain('other');
  await other.dropDatabase();
  expect(await other.listCollections().toArray()).toEqual([]);
  expect(await other.collection('a').countDocuments()).toBe(0);
});

describe('a data folder', () => {
  test('is refused to a second server, with the first one’s pid', async () => {
    const error = await refusal(startEmbedded({ folder: context.folder }));
    expect(error.message).toContain(`in use by process ${process.pid}`);
  });

  test('whose last process was killed is taken over', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'kade.pid'), '999999999 1');
    writeFileSync(path.join(folder, 'kade.sock'), '');
    const { uri, stop } = await startEmbedded({ folder });
    const client = await MongoClient.connect(uri);
    expect(await client.db('x').command({ ping: 1 })).toEqual({ ok: 1 });
    await client.close();
    await stop();
    expect(existsSync(path.join(folder, 'kade.pid'))).toBe(false);
  });

  test('with a long path still works, and only this user can open the socket', async () => {
    const folder = path.join(newFolder(), 'a'.repeat(90));
    const { uri, stop } = await startEmbedded({ folder });
    const socket = decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(uri)?.[1] ?? '');
    expect(socket.length).toBeLessThanOrEqual(100);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    await stop();
  });

  test('keeps documents and indexes over a restart', async () => {
    const folder = newFolder();
    const first = await startEmbedded({ folder });
    const client = await MongoClient.connect(first.uri);
    await client.db('x').collection('c').createIndex({ a: 1 }, { unique: true });
    await client.db('x').collection('c').insertOne({ a: 1 });
    await client.close();
    await first.stop();
    const second = await startEmbedded({ folder });
    const again = await MongoClient.connect(second.uri);
    expect(await again.db('x').collection('c').countDocuments({})).toBe(1);
    expect(await refusal(again.db('x').collection('c').insertOne({ a: 1 }))).toMatchObject({ code: 11000 });
    await again.close();
    await second.stop();
  });
});

test('behind a loopback port only the password opens', async () => {
  const { uri, stop } = await startEmbedded({ folder: newFolder(), loopback: true });
  const client = await MongoClient.connect(uri);
  await client.db('x').collection('c').insertOne({ a: 1 });
  await client.close();
  const open = await MongoClient.connect(
    uri.replace(/\/\/.*@/, '//').replace(/authMechanism=[^&]*&authSource=admin&/, ''),
  );
  expect(await refusal(open.db('x').collection('c').findOne({}))).toMatchObject({ code: 13, codeName: 'Unauthorized' });
  await open.close();
  expect(await refusal(MongoClient.connect(uri.replace(/kade:\w+@/, 'kade:wrong@')))).toMatchObject({ code: 18 });
  await stop();
});
