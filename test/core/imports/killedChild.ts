// Runs an import until its orders are about to be written, says so and stands still: importKilled.test.ts kills it there.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { importTable } from '../../../core/imports/writing/importTable.ts';
import { connectDatabase, type Import } from '../../../core/index.ts';

const { KADE_TEST_URI = '', KADE_TEST_DATABASE, KADE_TEST_IMPORT, KADE_TEST_PATH = '' } = process.env;
const db = await connectDatabase(KADE_TEST_URI, KADE_TEST_DATABASE);
const doc = (await db.imports.findOne({ _id: new Types.ObjectId(KADE_TEST_IMPORT) })) as Import;
const folder = await mkdtemp(join(tmpdir(), 'kade-killed-'));
const still = new Promise<never>(() => undefined);
const keepAlive = setInterval(() => undefined, 1_000_000);
const orders = new Proxy(db.orders, {
  get(target, key) {
    const value = Reflect.get(target, key) as unknown;
    if (typeof value !== 'function') return value;
    if (key !== 'insertMany') return value.bind(target);
    return async (rows: unknown[], options: object) => {
      await Reflect.apply(value, target, [rows.slice(0, rows.length / 2), options]);
      process.stdout.write('halfway\n');
      return still;
    };
  },
});
const source = { path: KADE_TEST_PATH, folder, signal: new AbortController().signal, report: () => undefined };
await importTable({ ...db, orders }, doc, source);
clearInterval(keepAlive);
