import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../core/db/embedded/startEmbedded.ts';
import { getSession, type KadeProcess, notBuilt, signInAt, startProcess } from './startProcess.ts';

if (notBuilt) console.log(`Skipped: ${notBuilt}`);

let folder: string;
const started: KadeProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kade-process-'));
});
afterEach(async () => {
  for (const kade of started) kade.child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((kade) => kade.exit));
  await rm(folder, { recursive: true, force: true });
});

function start(env?: Record<string, string>): KadeProcess {
  const kade = startProcess(folder, env);
  started.push(kade);
  return kade;
}

async function stop(kade: KadeProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  kade.child.kill(signal);
  return kade.exit;
}

describe.skipIf(notBuilt)('the process', () => {
  it('prints one address with a code that makes an owner, once', async () => {
    const kade = start();
    const { url, code } = await kade.ready;
    expect(kade.out()).toBe(`Kade is ready: ${url}/#code=${code}\n`);
    const first = await signInAt(url, code);
    expect(first.status).toBe(200);
    expect((await signInAt(url, code)).status).toBe(401);
    const session = await (await getSession(url, first.token)).json();
    expect(session).toMatchObject({ role: 'owner' });
    expect(kade.err()).toBe('');
  });

  it('keeps sessions over a restart, and prints a fresh code that replaces the unspent one', async () => {
    const first = start();
    const before = await first.ready;
    const { token } = await signInAt(before.url, before.code);
    await stop(first);
    const second = start();
    const unspent = await second.ready;
    await stop(second);
    const third = start();
    const now = await third.ready;
    expect((await getSession(now.url, token)).status).toBe(200);
    expect((await signInAt(now.url, unspent.code)).status).toBe(401);
    expect((await signInAt(now.url, now.code)).status).toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops in order on %s and leaves no lock', async (signal) => {
    const kade = start();
    await kade.ready;
    expect(await stop(kade, signal)).toBe(0);
    expect(await readdir(join(folder, 'data/database'))).not.toContain('kade.pid');
    expect(kade.err()).toBe('');
  });

  it('takes the Ctrl-C that npm passes on for the same one', async () => {
    const kade = start();
    await kade.ready;
    kade.child.kill('SIGINT');
    expect(await stop(kade, 'SIGINT')).toBe(0);
  });

  it('stops in order when the signal comes in the middle of the start', async () => {
    const kade = start();
    while (!(await readdir(join(folder, 'data/database')).catch(() => [])).length);
    expect(await stop(kade, 'SIGINT')).toBe(0);
    expect(await readdir(join(folder, 'data/database'))).not.toContain('kade.pid');
  });

  it('ends at once on a second signal, though something holds the stop up', async () => {
    const kade = start();
    const { url, code } = await kade.ready;
    const { token } = await signInAt(url, code);
    await holdUpload(url, token);
    kade.child.kill('SIGTERM');
    const again = setInterval(() => kade.child.kill('SIGTERM'), 100);
    expect(await kade.exit).toBe(143);
    clearInterval(again);
  });

  it('starts again after a kill, with everything that was acknowledged', async () => {
    const kade = start();
    const { url, code } = await kade.ready;
    const { token } = await signInAt(url, code);
    await stop(kade, 'SIGKILL');
    const next = await start().ready;
    expect((await getSession(next.url, token)).status).toBe(200);
  });

  it('writes no token and no spent code into what it says', async () => {
    const kade = start();
    const { url, code } = await kade.ready;
    const { token } = await signInAt(url, code);
    expect((await getSession(url, `${token}x`)).status).toBe(401);
    expect((await signInAt(url, code)).status).toBe(401);
    await stop(kade);
    const said = kade.out().replace(`#code=${code}`, '') + kade.err();
    expect(said).not.toContain(token);
    expect(said).not.toContain(code);
  });

  it('goes on when the reader of its output leaves', async () => {
    const kade = start();
    const { url, code } = await kade.ready;
    kade.child.stdout?.destroy();
    kade.child.stderr?.destroy();
    expect((await signInAt(url, code)).status).toBe(200);
    expect(await stop(kade)).toBe(0);
  });
});

describe.skipIf(notBuilt)('a start that cannot be', () => {
  it('says that the port is taken and how to choose another, and stops what had started', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refused = start({ PORT: String(port) });
    expect(await refused.exit).toBe(1);
    expect(refused.err()).toMatch(new RegExp(`^Kade could not start. Port ${port} .* PORT=${port + 1} npm start.\n$`));
    expect(await readdir(join(folder, 'data/database'))).not.toContain('kade.pid');
    other.close();
  });

  it('names the process that has the folder, which goes on', async () => {
    const first = start();
    const { url } = await first.ready;
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.err()).toMatch(new RegExp(`^Kade could not start. .* in use by process ${first.pid}\\..*\n$`));
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  it('says what to do about a data file that is damaged, and leaves it as it is', async () => {
    const file = join(folder, 'data', 'database', 'data.mdb');
    await mkdir(join(folder, 'data', 'database'), { recursive: true });
    await writeFile(file, 'not a database'.repeat(2_000));
    const kade = start();
    await expect(kade.ready).rejects.toThrow(
      `The data file ${file} is damaged. Bring a backup back with npm run restore`,
    );
    expect(await kade.exit).toBe(1);
    expect(await readFile(file, 'utf8')).toBe('not a database'.repeat(2_000));
  });

  it('names a data file that was cut off, and the way back', async () => {
    const { uri, stop: close } = await startEmbedded({ folder: join(folder, 'data/database') });
    const client = await mongo.MongoClient.connect(uri);
    const text = 'x'.repeat(2_000);
    await client
      .db('kade')
      .collection('notes')
      .insertMany(Array.from({ length: 3_000 }, () => ({ text })));
    await client.close();
    await close();
    const file = join(folder, 'data/database/data.mdb');
    await truncate(file, Math.floor((await stat(file)).size / 2));
    const cut = start();
    expect(await cut.exit).toBe(1);
    expect(cut.err()).toContain(`The data file ${file} is damaged. Bring a backup back with npm run restore`);
  });

  it('names the data folder that cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    const refused = start({ DATA_DIR: join(folder, 'file/data') });
    expect(await refused.exit).toBe(1);
    expect(refused.err()).toBe(
      `Kade could not start. The data folder ${folder}/file/data cannot be used (ENOTDIR). Set DATA_DIR to a folder that this user may write.\n`,
    );
  });

  it('lists everything wrong with the settings at once, without their values', async () => {
    await writeFile(join(folder, '.env'), 'DATA_DIR=data\nMONGODB_URI geheim\n\n# fine\nMONGODB_NAME="a b"\n');
    const refused = start({ PORT: '70000', MONGODB_URI: 'geheim' });
    expect(await refused.exit).toBe(1);
    expect(refused.err().split('\n')).toEqual([
      'Kade cannot start; these settings need mending:',
      '  .env, line 2: is not NAME=value. Mend it, or put # before it.',
      expect.stringMatching(/^ {2}PORT: must be a whole number from 0 to 65535/),
      expect.stringMatching(/^ {2}MONGODB_URI: must begin with mongodb:/),
      expect.stringMatching(/^ {2}MONGODB_NAME: must be 1 to 63 letters/),
      '',
    ]);
    expect(refused.err()).not.toContain('geheim');
  });

  it.each([
    ['in UTF-16, as an editor may save it', Buffer.from('\uFEFFPORT=0\r\n', 'utf16le'), /is not plain text in UTF-8/],
    ['that is a folder', null, /cannot be read \(EISDIR\)/],
  ])('refuses a .env %s', async (_what, content, reason) => {
    if (content) await writeFile(join(folder, '.env'), content);
    else await mkdir(join(folder, '.env'));
    const refused = start();
    expect(await refused.exit).toBe(1);
    expect(refused.err()).toMatch(reason);
  });

  it('says within 10 s or so that the database server does not answer, without its password', async () => {
    const refused = start({ MONGODB_URI: 'mongodb://kade:geheim@127.0.0.1:1/?directConnection=true' });
    expect(await refused.exit).toBe(1);
    expect(refused.err()).toBe(
      'Kade could not start. The database server 127.0.0.1:1 does not answer. Start it, or mend MONGODB_URI; without it Kade uses a database of its own.\n',
    );
  }, 40_000);
});

/** Begins an upload and never ends it; resolves when Kade has begun to read it. */
async function holdUpload(url: string, token: string): Promise<void> {
  const upload = request(`${url}/api/files?id=held-upload&name=held.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', expect: '100-continue' },
  });
  upload.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    upload.once('continue', resolve);
    upload.flushHeaders();
  });
  upload.write('name,phone\n');
}
