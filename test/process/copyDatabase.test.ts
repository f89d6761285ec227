import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../core/db/embedded/startEmbedded.ts';
import { dropDatabase } from '../database.ts';
import { getSession, notBuilt, signInAt, startProcess, startProgram } from './startProcess.ts';

if (notBuilt) console.log(`Skipped: ${notBuilt}`);

const { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } = mongo;
const MANY = 24_000;

let folder: string;
let name: string;
/** The server to copy to: MONGODB_URI, or another embedded one behind a password. */
let server: { uri: string; stop: () => Promise<unknown> };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kade-copy-'));
  name = `test_${randomBytes(6).toString('hex')}`;
  const uri = process.env.MONGODB_URI;
  server = uri
    ? { uri, stop: () => dropDatabase(uri, name) }
    : await startEmbedded({ folder: join(folder, 'server'), loopback: true });
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The compiled program on the data folder `data`. */
const start = (data: string, ...words: string[]) =>
  startProgram(folder, 'copyDatabase', words, { DATA_DIR: data, MONGODB_NAME: name });
const copy = (data: string, ...words: string[]) => start(data, ...words).ended;

async function onServer<T>(uri: string, work: (db: mongo.Db) => Promise<T>): Promise<T> {
  const client = await mongo.MongoClient.connect(uri);
  return work(client.db(name)).finally(() => client.close());
}

async function inFolder<T>(data: string, work: (db: mongo.Db) => Promise<T>): Promise<T> {
  const { uri, stop } = await startEmbedded({ folder: join(folder, data, 'database') });
  return onServer(uri, work).finally(stop);
}

/** Everything in a database: each collection's documents as one hash over their bytes, and its indexes. */
async function contentOf(db: mongo.Db): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for (const collection of await db.collections()) {
    const hashes: string[] = [];
    for await (const raw of collection.find({}, { raw: true })) {
      hashes.push(
        createHash('sha256')
          .update(raw as unknown as Uint8Array)
          .digest('hex'),
      );
    }
    const indexes = (await collection.listIndexes().toArray()).map(({ v: _v, storageEngine: _engine, ...spec }) =>
      Object.entries(spec)
        .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
        .sort()
        .join(),
    );
    const documents = createHash('sha256').update(hashes.sort().join()).digest('hex');
    content[collection.collectionName] = { count: hashes.length, documents, indexes: indexes.sort() };
  }
  return content;
}

/** A shop of one large collection, one with every type, one without documents; with every kind of index option. */
async function fill(db: mongo.Db): Promise<void> {
  const many = db.collection<{ _id: number; n: number }>('many');
  for (let from = 0; from < MANY; from += 6000) {
    await many.insertMany(
      Array.from({ length: 6000 }, (_, i) => ({ _id: from + i, n: (from + i) * 2, text: 'x'.repeat(60) })),
    );
  }
  await many.createIndexes([
    { key: { n: 1 }, unique: true },
    { key: { text: 1, n: -1 }, name: 'mine', partialFilterExpression: { n: { $gt: 5 } } },
    { key: { at: 1 }, expireAfterSeconds: 3600 },
    { key: { 'deep.path': 1 }, sparse: true },
  ]);
  const types = db.collection<{ _id: string }>('types');
  const values = [1, new Double(1), new Int32(2), Long.fromString('9007199254740993'), Decimal128.fromString('1.50')];
  const others = [null, true, 'text', new Date(0), new Binary(Buffer.from('ab'), 5), new Timestamp({ t: 1, i: 2 })];
  const nested = [
    { a: [1, { b: [] }], empty: {} },
    new BSONRegExp('a.b', 'i'),
    [],
    new Double(-0),
    new Double(Number.NaN),
  ];
  const documents = [
    ...[...values, ...others, ...nested].map((value) => ({ _id: new ObjectId(), value })),
    { _id: 'text', value: 1 },
    { _id: new Double(1.5), value: 1 },
    { _id: new Date(5), value: 1 },
    { _id: { shop: 1, n: 2 }, value: 1 },
  ];
  await types.insertMany(documents as unknown as { _id: string }[]);
  // A key that JavaScript would move to the front; the engine behind MONGODB_URI may itself be written so.
  if (!process.env.MONGODB_URI) await types.updateOne({ _id: 'text' }, { $set: { '2024': { name: 1 } } });
  if (!process.env.MONGODB_URI)
    await types.updateOne({ _id: 'text' }, { $set: { '2024.7': new Double(3), '3': [[1]] } });
  await db.collection('first').insertOne({ n: 1 });
  await db.createCollection('empty');
  await db.collection('empty').createIndex({ at: -1 });
}

/** Starts a copy and kills it while the large collection is on its way. */
async function killMidway(): Promise<void> {
  const { child, ended } = start('data', '--to', server.uri);
  child.stdout.on('data', (bytes) => {
    if (/many: 10000 of/.test(String(bytes))) child.kill('SIGKILL');
  });
  expect((await ended).code).toBeNull();
  const arrived = await onServer(server.uri, (db) => db.collection('many').countDocuments());
  expect(arrived).toBeGreaterThan(0);
  expect(arrived).toBeLessThan(MANY);
}

describe.skipIf(notBuilt)('a copy of the database', () => {
  it('that is killed midway goes on, is verified, and comes back the same', async () => {
    await inFolder('data', fill);
    await killMidway();
    const kade = startProcess(folder, { MONGODB_URI: server.uri, MONGODB_NAME: name });
    expect(await kade.exit).toBe(1);
    expect(kade.err()).toMatch(/^Kade could not start\. The database is an unfinished copy\. Run the same /);
    const done = await copy('data', '--to', server.uri);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toMatch(/^Going on with the copy to /);
    expect(done.out).toContain(`many: ${MANY} documents, the same on both sides (`);
    expect(done.out).not.toContain('copied anew');
    const original = await inFolder('data', contentOf);
    expect(Object.keys(original).sort()).toEqual(['empty', 'first', 'many', 'types']);
    expect(await onServer(server.uri, contentOf)).toEqual(original);
    const password = /:(\w+)@/.exec(server.uri)?.[1];
    if (password) expect(done.out).not.toContain(password);

    const again = await copy('data', '--to', server.uri);
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/ has data already \(\w+\)\./) });
    const back = await startProgram(folder, 'copyDatabase', ['--from'], {
      DATA_DIR: 'back',
      MONGODB_NAME: name,
      MONGODB_URI: server.uri,
    }).ended;
    expect(back).toMatchObject({ code: 0, err: '' });
    expect(await inFolder('back', contentOf)).toEqual(original);
  }, 120_000);

  it('copies a collection anew that has changed since it was interrupted, and drops what is gone', async () => {
    await inFolder('data', fill);
    await killMidway();
    await inFolder('data', async (db) => {
      await db.collection<{ _id: number }>('many').deleteMany({ _id: { $lt: 10 } });
      await db.collection('first').deleteMany({});
      await db.dropCollection('empty');
    });
    const done = await copy('data', '--to', server.uri);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain('many: has changed since the last attempt and is copied anew');
    expect(await onServer(server.uri, contentOf)).toEqual(await inFolder('data', contentOf));
  }, 120_000);

  it('of a whole shop is one that Kade goes on with', async () => {
    const settings = { MONGODB_NAME: name };
    const before = startProcess(folder, settings);
    const { url, code } = await before.ready;
    const { token } = await signInAt(url, code);
    before.child.kill('SIGTERM');
    await before.exit;
    expect(await copy('data', '--to', server.uri)).toMatchObject({ code: 0, err: '' });
    const after = startProcess(folder, { ...settings, MONGODB_URI: server.uri });
    expect((await getSession((await after.ready).url, token)).status).toBe(200);
    after.child.kill('SIGTERM');
    expect(await after.exit).toBe(0);
  }, 120_000);

  it('is refused while another process has the folder, and into a database with other data', async () => {
    await inFolder('data', (db) => db.collection('c').insertOne({ n: 1 }));
    await inFolder('data', async () => {
      const refused = await copy('data', '--to', server.uri);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain(` in use by process ${process.pid}. Stop that process first`);
    });
    await onServer(server.uri, (db) => db.collection('other').insertOne({ n: 1 }));
    expect(await copy('data', '--to', server.uri)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ has data already \(other\)\. Nothing was changed;/),
    });
    expect(Object.keys(await onServer(server.uri, contentOf))).toEqual(['other']);
  }, 40_000);

  it('says what is wrong with the command or the address, never the password', async () => {
    await inFolder('data', (db) => db.collection('c').insertOne({ n: 1 }));
    const refusals: [string[], RegExp][] = [
      [[], /^Say where to or where from: /],
      [['--to'], /^Say where to or where from: /],
      [['--to', 'mongodb://kade:geheim@127.0.0.1:1/', 'more'], /^Say where to or where from: /],
      [['--to=mongodb://kade:geheim@127.0.0.1:1/?zork=geheim'], /^The address of the server cannot be read\./],
      [['--to=mongodb://kade:geh@eim@127.0.0.1:1/'], /^The address of the server cannot be read\./],
      [['--from', 'mongodb://kade:geheim@127.0.0.1:1/'], /^The server 127\.0\.0\.1:1 does not answer\./],
    ];
    for (const [words, sentence] of refusals) {
      const { code, out, err } = await copy('data', ...words);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(sentence);
      expect(err).not.toMatch(/geh/);
    }
    if (process.env.MONGODB_URI) return;
    const wrong = await copy('data', '--to', server.uri.replace(/:\w+@/, ':geheim@'));
    expect(wrong).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The server 127\.0\.0\.1:\d+ refused the sign-in/),
    });
    expect(await copy('nothing', '--to', server.uri)).toMatchObject({
      err: expect.stringMatching(/^There is no database/),
    });
  }, 60_000);
});
