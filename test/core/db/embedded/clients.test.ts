import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Doc, MongoClient, newFolder, refusal, withDatabase } from './harness.ts';

// What MongoDB's Node driver does beside its single commands: sessions, retries, cursors, monitoring.

const { context, db, fresh } = withDatabase();

/** A client of the test's own, and what it says and hears, as its command monitoring tells. */
async function watched(uri = context.uri) {
  const client = await MongoClient.connect(uri, { monitorCommands: true });
  onTestFinished(() => client.close());
  const started: { name: string; command: Doc }[] = [];
  const ended: string[] = [];
  client.on('commandStarted', ({ commandName: name, command }) => started.push({ name, command }));
  client.on('commandSucceeded', ({ commandName }) => ended.push(commandName));
  client.on('commandFailed', ({ commandName, failure }) => ended.push(`${commandName} failed: ${failure.message}`));
  return {
    client,
    started,
    ended,
    collection: client.db('test').collection<Doc & { _id?: number }>(fresh().collectionName),
  };
}

const openCursors = async () => (await db().admin().serverStatus()).cursors as number;
const numbers = (count: number): Doc[] => Array.from({ length: count }, (_, n) => ({ n }));

describe('sessions', () => {
  test('are sent with each command until their end, and read what they wrote', async () => {
    const { client, started, ended, collection } = await watched();
    const session = client.startSession({ causalConsistency: true });
    await collection.insertMany(numbers(5), { session });
    expect(await collection.find({}, { session, batchSize: 2 }).toArray()).toHaveLength(5);
    expect(await collection.countDocuments({}, { session, readConcern: 'majority' })).toBe(5);
    expect(started.map(({ name }) => name)).toEqual(['insert', 'find', 'getMore', 'getMore', 'aggregate']);
    expect(new Set(started.map(({ command }) => JSON.stringify(command.lsid)))).toEqual(
      new Set([JSON.stringify(session.id)]),
    );
    await session.endSession();
    await client.close();
    expect(ended.at(-1)).toBe('endSessions');
  });

  test('refuse a transaction and a snapshot with MongoDB’s codes, and write nothing', async () => {
    const { client, collection } = await watched();
    const transaction = client.startSession();
    const write = transaction.withTransaction(async (session) => {
      await collection.insertOne({ a: 1 }, { session });
    });
    expect(await refusal(write)).toMatchObject({ originalError: { code: 20, codeName: 'IllegalOperation' } });
    transaction.startTransaction();
    const read = collection.findOne({}, { session: transaction });
    expect(await refusal(read)).toMatchObject({ code: 20, message: expect.stringContaining('replica set') });
    await transaction.abortTransaction();
    await transaction.endSession();
    const snapshot = client.startSession({ snapshot: true });
    expect(await refusal(collection.findOne({}, { session: snapshot }))).toMatchObject({ code: 123 });
    await snapshot.endSession();
    expect(await collection.countDocuments()).toBe(0);
  });
});

describe('a connection that is cut', () => {
  /** A way to the server that is cut once, when a command of this name comes: before it or with its answer. */
  async function fragileUri(name: string, when: 'before' | 'answered'): Promise<string> {
    const socketPath = path.join(newFolder(), 'way.sock');
    const target = decodeURIComponent(/\/\/([^/]+)\//.exec(context.uri)?.[1] ?? '');
    let armed = true;
    const way = net.createServer((near) => {
      const far = net.connect(target);
      let cutting = false;
      const cut = () => {
        near.destroy();
        far.destroy();
      };
      near.on('data', (bytes) => {
        if (armed && bytes.includes(`\x02${name}\0`)) {
          [armed, cutting] = [false, true];
          if (when === 'before') return cut();
        }
        far.write(bytes);
      });
      far.on('data', (bytes) => (cutting ? cut() : near.write(bytes)));
      for (const socket of [near, far]) socket.on('error', cut).on('close', cut);
    });
    await new Promise<void>((resolve) => way.listen(socketPath, resolve));
    onTestFinished(() => void way.close());
    return `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true&retryWrites=true`;
  }

  test.each([
    ['before', 0],
    ['answered', 1],
  ] as const)('%s the write is an error, and the write there %d times', async (when, times) => {
    const { started, collection } = await watched(await fragileUri('insert', when));
    expect((await refusal(collection.insertOne({ a: 1 }))).name).toBe('MongoNetworkError');
    expect(await collection.countDocuments()).toBe(times);
    const inserts = started.filter(({ name }) => name === 'insert');
    expect(inserts).toHaveLength(1); // hello names no replica set, so the driver does not send it again
    expect(inserts[0]?.command).not.toHaveProperty('txnNumber');
  });

  test('does not let an $inc count twice', async () => {
    const { collection } = await watched(await fragileUri('update', 'answered'));
    await collection.insertOne({ n: 0 });
    await refusal(collection.updateOne({}, { $inc: { n: 1 } } as Doc));
    expect(await collection.findOne({})).toMatchObject({ n: 1 });
  });

  test('answers a read all the same: the driver asks again', async () => {
    const { started, collection } = await watched(await fragileUri('find', 'answered'));
    await collection.insertOne({ a: 1 });
    expect(await collection.findOne({})).toMatchObject({ a: 1 });
    expect(started.map(({ name }) => name)).toEqual(['insert', 'find', 'find']);
  });
});

describe('cursors', () => {
  test('ask for more until there is no more, and then are closed on both sides', async () => {
    const { started, collection } = await watched();
    await collection.insertMany(numbers(10));
    const cursor = collection.find({}, { batchSize: 4, noCursorTimeout: true });
    expect(await cursor.next()).toMatchObject({ n: 0 });
    expect(await openCursors()).toBe(1);
    expect((await cursor.toArray()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await openCursors()).toBe(0);
    expect(started.slice(1).map(({ name }) => name)).toEqual(['find', 'getMore', 'getMore']);
    expect(started[1]?.command).toMatchObject({ noCursorTimeout: true });
  });

  test('that are left early are killed, and give no more', async () => {
    const { started, ended, collection } = await watched();
    await collection.insertMany(numbers(10));
    for await (const { n } of collection.find().sort({ n: 1 }).batchSize(2)) if (n === 3) break;
    const aggregated = collection.aggregate([{ $sort: { n: -1 } }], { batchSize: 2 });
    expect(await aggregated.next()).toMatchObject({ n: 9 });
    await aggregated.close();
    expect((await refusal(aggregated.tryNext())).name).toBe('MongoCursorExhaustedError');
    expect(started.filter(({ name }) => name === 'killCursors')).toHaveLength(2);
    expect(ended.filter((name) => name === 'killCursors')).toHaveLength(2);
    expect(await openCursors()).toBe(0);
  });

  test('end by themselves with a limit, and begin anew', async () => {
    const { collection } = await watched();
    await collection.insertMany(numbers(10));
    const cursor = collection.find().sort({ n: 1 }).skip(1).limit(5).batchSize(2);
    expect(await cursor.hasNext()).toBe(true);
    expect((await cursor.toArray()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(await openCursors()).toBe(0);
    cursor.rewind();
    expect(await cursor.next()).toMatchObject({ n: 1 });
    await cursor.close();
    expect(await openCursors()).toBe(0);
  });
});

test('commands are monitored: begun, done, failed', async () => {
  const { client, started, ended, collection } = await watched();
  await collection.insertOne({ _id: 1 });
  expect(await refusal(collection.insertOne({ _id: 1 }))).toMatchObject({ code: 11000 });
  expect(await refusal(collection.findOne({ $zork: 1 }))).toMatchObject({ code: 2 });
  expect(await refusal(client.db('test').command({ zork: 1 }))).toMatchObject({ code: 59 });
  expect(started.map(({ name }) => name)).toEqual(['insert', 'insert', 'find', 'zork']);
  expect(ended).toEqual([
    'insert',
    'insert', // an error of one document is not one of the command
    expect.stringMatching(/^find failed: unknown top level operator: \$zork/),
    "zork failed: no such command: 'zork'",
  ]);
});
