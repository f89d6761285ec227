import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../core/index.ts';
import { type KadeProcess, notBuilt, startProcess, startProgram } from './startProcess.ts';

if (notBuilt) console.log(`Skipped: ${notBuilt}`);

interface Row {
  _id: string;
  lane: number;
  n: number;
  twin: string;
}

const LANES = [0, 1, 2];
let folder: string;
let kade: KadeProcess | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kade-backup-'));
});
afterEach(async () => {
  kade?.child.kill('SIGKILL');
  await kade?.exit;
  kade = null;
  await rm(folder, { recursive: true, force: true });
});

const run = (name: string, ...words: string[]) => startProgram(folder, name, words).ended;

async function start(): Promise<KadeProcess> {
  kade = startProcess(folder);
  await kade.ready;
  return kade;
}

async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  kade?.child.kill(signal);
  await kade?.exit;
}

/** Does `work` on the database of a data folder that no Kade has open. */
async function inDatabase<T>(dataDir: string, work: (rows: mongo.Collection<Row>) => Promise<T>): Promise<T> {
  const { uri, stop } = await startEmbedded({ folder: join(dataDir, 'database') });
  const client = await mongo.MongoClient.connect(uri);
  try {
    return await work(client.db('kade').collection<Row>('rows'));
  } finally {
    await client.close();
    await stop();
  }
}

/** A data folder with one row and one stored file. */
async function makeData(): Promise<void> {
  await mkdir(join(folder, 'data/files'), { recursive: true });
  await writeFile(join(folder, 'data/files/abc'), 'name,phone\n');
  await mkdir(join(folder, 'data/whatsapp/session'), { recursive: true });
  await writeFile(join(folder, 'data/whatsapp/session/login'), 'secret');
  await inDatabase(join(folder, 'data'), (rows) => rows.insertOne({ _id: 'old', lane: 0, n: 0, twin: 'old' }));
}

describe.skipIf(notBuilt)('a backup', () => {
  it('of a running Kade under load has all that was acknowledged before it, of one moment, and comes back', async () => {
    await start();
    const client = await mongo.MongoClient.connect(
      `mongodb://${encodeURIComponent(join(folder, 'data/database/kade.sock'))}/?directConnection=true`,
    );
    const rows = client.db('kade').collection<Row>('rows');
    await rows.createIndexes([{ key: { twin: 1 }, unique: true }, { key: { lane: 1, n: 1 } }]);
    await mkdir(join(folder, 'data/files'), { recursive: true });
    await writeFile(join(folder, 'data/files/abc'), 'x'.repeat(700_000));
    const acknowledged = LANES.map(() => 0);
    let writing = true;
    const writers = LANES.map(async (lane) => {
      for (let n = 0; writing; n++) {
        await rows.insertOne({ _id: `${lane}/${n}`, lane, n, twin: `${n}/${lane}` });
        acknowledged[lane] = n + 1;
      }
    });
    while (acknowledged.some((count) => count < 200)) await rows.findOne({ lane: 0 });
    const before = [...acknowledged];
    expect(await run('backup', 'kade.tar.gz')).toMatchObject({ code: 0, err: '' });
    const after = [...acknowledged];
    writing = false;
    await Promise.all(writers);
    await client.close();
    await stop('SIGKILL');

    const restored = await run('restore', 'kade.tar.gz');
    expect(restored).toMatchObject({ code: 0, err: '' });
    await inDatabase(join(folder, 'data'), async (copy) => {
      for (const lane of LANES) {
        const found = await copy.find({ lane }, { sort: { n: 1 } }).toArray();
        expect(found.map(({ n }) => n)).toEqual(found.map((_, n) => n));
        expect(found.length).toBeGreaterThanOrEqual(before[lane] ?? 0);
        expect(found.length).toBeLessThanOrEqual((after[lane] ?? 0) + 1);
        for (const { _id, twin } of found) expect((await copy.findOne({ twin }))?._id).toBe(_id);
      }
      expect(await copy.countDocuments({ twin: { $gt: '' } })).toBe(await copy.countDocuments());
    });
    expect(await readFile(join(folder, 'data/files/abc'), 'utf8')).toHaveLength(700_000);
    const [, replaced = ''] = /before is in (\S+);/.exec(restored.out) ?? [];
    expect(await inDatabase(replaced, (all) => all.countDocuments())).toBe(acknowledged.reduce((a, b) => a + b));
    await start();
  }, 60_000);

  it('of a stopped Kade leaves nothing beside it, and is a tar that other tools read and check', async () => {
    await makeData();
    expect(await run('backup', 'one.tar.gz')).toMatchObject({ code: 0, err: '' });
    expect(await readdir(folder)).toEqual(['data', 'one.tar.gz']);
    expect((await readdir(join(folder, 'data/database'))).filter((name) => /snapshot|pid/.test(name))).toEqual([]);
    const opened = join(folder, 'opened');
    await mkdir(opened);
    execFileSync('tar', ['xzf', join(folder, 'one.tar.gz'), '-C', opened]);
    const sums = (await readFile(join(opened, 'SHA256SUMS'), 'utf8')).trim().split('\n');
    expect(sums.map((line) => line.slice(66))).toEqual(['database/data.mdb', 'files/abc']);
    for (const line of sums) {
      const bytes = await readFile(join(opened, line.slice(66)));
      expect(line.slice(0, 64)).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('is refused where there is no database, inside the data folder, and over another file', async () => {
    expect(await run('backup', 'one.tar.gz')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no database in /),
    });
    await makeData();
    expect(await run('backup', 'data/one.tar.gz')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is inside the data folder\./),
    });
    await writeFile(join(folder, 'one.tar.gz'), 'precious');
    expect(await run('backup', 'one.tar.gz')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is there already\./),
    });
    expect(await run('backup')).toMatchObject({ code: 1, err: expect.stringMatching(/^Name one file to write/) });
    expect(await readFile(join(folder, 'one.tar.gz'), 'utf8')).toBe('precious');
    const server = { MONGODB_URI: 'mongodb://kade:geheim@127.0.0.1/' };
    const refused = await startProgram(folder, 'backup', ['two.tar.gz'], server).ended;
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^MONGODB_URI is set/) });
    expect(refused.err).not.toContain('geheim');
  });
});

describe.skipIf(notBuilt)('a restore', () => {
  it('is refused while Kade runs on the folder, naming its process, and changes nothing', async () => {
    const { pid } = await start();
    await run('backup', 'one.tar.gz');
    const refused = await run('restore', 'one.tar.gz');
    expect(refused).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(new RegExp(` in use by process ${pid}\\. Stop that process`)),
    });
    await stop();
    expect((await readdir(join(folder, 'data'))).filter((name) => /replaced|restoring/.test(name))).toEqual([]);
  });

  it('moves what is there aside each time, and says where; into an empty folder it just goes', async () => {
    await makeData();
    await run('backup', 'one.tar.gz');
    await inDatabase(join(folder, 'data'), (rows) => rows.insertOne({ _id: 'new', lane: 0, n: 1, twin: 'new' }));
    await writeFile(join(folder, 'data/files/later'), 'later');
    const first = await run('restore', 'one.tar.gz');
    const [, replaced = ''] = /before is in (\S+);/.exec(first.out) ?? [];
    expect(await readdir(join(folder, 'data/files'))).toEqual(['abc']);
    expect((await readdir(join(replaced, 'files'))).sort()).toEqual(['abc', 'later']);
    expect(await inDatabase(replaced, (rows) => rows.countDocuments())).toBe(2);
    expect(await inDatabase(join(folder, 'data'), (rows) => rows.distinct('_id'))).toEqual(['old']);
    const elsewhere = await startProgram(folder, 'restore', ['one.tar.gz'], { DATA_DIR: 'other' }).ended;
    expect(elsewhere).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Restored to .*other, as of 20.*: documents 1, files 2\./),
    });
    expect(elsewhere.out).not.toContain('before is in');
    expect((await readdir(join(folder, 'other'))).sort()).toEqual(['database', 'files']);
  }, 40_000);

  it('refuses damaged and foreign files, says what to do, and changes nothing', async () => {
    await makeData();
    await run('backup', 'whole');
    const whole = await readFile(join(folder, 'whole'));
    const bytes = Buffer.from(whole);
    bytes.writeUInt8((bytes.readUInt8(whole.length >> 1) ?? 0) ^ 0xff, whole.length >> 1);
    await writeFile(join(folder, 'flipped'), bytes);
    await writeFile(join(folder, 'short'), whole);
    await truncate(join(folder, 'short'), whole.length - 200);
    await writeFile(join(folder, 'plain'), 'name,phone\nNimal,+94771234567\n');
    await writeFile(join(folder, 'zipped'), gzipSync('name,phone\nNimal,+94771234567\n'.repeat(100)));
    await writeFile(join(folder, 'empty'), '');
    for (const name of ['flipped', 'short', 'plain', 'zipped', 'empty']) {
      const refused = await run('restore', name);
      expect(refused).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringMatching(/is not a whole backup of Kade: .* Nothing was changed;/),
      });
    }
    await retar('exchanged', 'files/abc', 'other content');
    expect(await run('restore', 'exchanged')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not a whole backup of Kade/),
    });
    await retar('newer', 'kade-backup.json', '{"format":2,"createdAt":"2030-01-01T00:00:00Z"}');
    expect(await run('restore', 'newer')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/was made by a newer Kade\. Update Kade/),
    });
    expect(await run('restore', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no file .*nowhere\. Name one/),
    });
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(['database', 'files', 'whatsapp']);
    expect(await inDatabase(join(folder, 'data'), (rows) => rows.distinct('_id'))).toEqual(['old']);
  }, 40_000);
});

/** The backup `whole` with one file's content changed, made by another tool. */
async function retar(name: string, changed: string, content: string): Promise<void> {
  const opened = await mkdtemp(join(folder, 'opened-'));
  execFileSync('tar', ['xzf', join(folder, 'whole'), '-C', opened]);
  await writeFile(join(opened, changed), content);
  const order = ['kade-backup.json', 'database/data.mdb', 'files/abc', 'SHA256SUMS'];
  execFileSync('tar', ['czf', join(folder, name), '--format=ustar', '-C', opened, ...order]);
}
