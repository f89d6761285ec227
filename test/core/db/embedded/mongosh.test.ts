import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';
import { newFolder, withDatabase } from './harness.ts';

// mongosh is far larger than Kade, so it is a package of its own: `npm run test:mongosh` installs it and runs this.

const PACKAGE = path.resolve(import.meta.dirname, '../../../mongosh');
const PROGRAM = path.join(PACKAGE, 'node_modules/mongosh/bin/mongosh.js');
const SCRIPT = path.join(PACKAGE, 'shop.js');
/** Keeps mongosh on this machine, as it keeps every test. */
const GUARD = pathToFileURL(path.resolve(import.meta.dirname, '../../../setup.ts')).href;
const missing = existsSync(PROGRAM) ? '' : ': skipped, mongosh is not installed (npm run test:mongosh does it)';
if (missing) process.stdout.write(`mongosh.test.ts${missing}\n`);

const { context } = withDatabase();
let home: string;

beforeEach(() => {
  home = newFolder();
});

/** What mongosh prints, with these lines typed in; rejects when it ends with an error. It writes into `home` only. */
async function mongosh(uri: string, options: string[], typed: string[] = []): Promise<string> {
  const program = ['--import', 'tsx', '--import', GUARD, PROGRAM, uri, '--quiet', '--norc'];
  const env = { PATH: process.env.PATH, HOME: home, MONGOSH_FORCE_DISABLE_TELEMETRY_FOR_TESTING: '1' };
  const running = promisify(execFile)(process.execPath, [...program, ...options], { env });
  running.child.stdin?.end(typed.join('\n'));
  return (await running).stdout;
}

const DONE = {
  inserted: true,
  databases: ['shop'],
  collections: ['orders'],
  found: [
    { _id: 247, buyer: 'Ravi' },
    { _id: 242, buyer: 'Ravi' },
  ],
  cursor: 250,
  one: '7',
  updated: 83,
  upserted: 'new',
  changed: { _id: 'new', items: 2 },
  deleted: 1,
  bulk: 1,
  grouped: [
    { _id: 'Fatima', n: 50 },
    { _id: 'Kamala', n: 50 },
  ],
  distinct: 5,
  index: 'buyer_1_items_-1',
  indexes: ['_id_', 'buyer_1_items_-1'],
  explained: ['buyer_1_items_-1', 50],
  planned: 'FETCH',
  counted: [50, 250],
  stats: ['shop.orders', 250, 2, true, true],
  database: [1, '6.0.0', true],
  unindexed: 1,
  refused: { duplicate: 11000, unknown: 59, notServed: 115 },
  session: 1,
  dropped: [true, 0, 1],
};

describe.skipIf(missing)(`mongosh${missing}`, { timeout: 60_000 }, () => {
  test('does over the socket what people do in it', async () => {
    const [plain = ''] = context.uri.split('?'); // with mongosh's own defaults, retryWrites among them
    expect(JSON.parse(await mongosh(plain, ['--file', SCRIPT]))).toEqual({ ...DONE, user: [] });
  });

  test('signs in on a port with SCRAM-SHA-256, and does the same', async () => {
    const { uri, stop } = await startEmbedded({ folder: newFolder(), loopback: true });
    const user = [{ user: 'kade', db: 'admin' }];
    expect(JSON.parse(await mongosh(uri, ['--file', SCRIPT]))).toEqual({ ...DONE, user });
    await expect(mongosh(uri.replace(/kade:\w+@/, 'kade:wrong@'), ['--eval', '1'])).rejects.toMatchObject({
      stderr: expect.stringContaining('Authentication failed'),
    });
    await stop();
  });

  test('shows databases and collections, goes on with `it`, and says what is not served', async () => {
    const books = Array.from({ length: 45 }, (_, n) => ({ _id: n, name: `book ${n}` }));
    await context.client.db('shelves').collection<{ _id: number }>('books').insertMany(books);
    const typed = ['show dbs', 'use shelves', 'show collections', 'db.books.find()', 'it', 'it', 'db.books.reIndex()'];
    const shown = await mongosh(context.uri, [], typed);
    expect(shown).toMatch(/shelves +[\d.]+ KiB/);
    expect(shown).toContain('switched to db shelves');
    expect(shown.match(/book \d+/g)).toEqual(books.map(({ name }) => name));
    expect(shown.match(/Type "it" for more/g)).toHaveLength(2);
    expect(shown).toContain('the command reIndex is not served by the embedded database');
  });
});
