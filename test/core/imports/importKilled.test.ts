import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportResult, importTable } from '../../../core/imports/writing/importTable.ts';
import { undoTable } from '../../../core/imports/writing/undoTable.ts';
import type { Database, Import } from '../../../core/index.ts';
import { startImport } from '../../../core/index.ts';
import { type Desk, openDesk, WORDS } from './desk.ts';

/** Sales of 60 orders whose lines are scattered over the file, with people, returns and bad rows. */
function sales(): string {
  const rows = ['Invoice,Date,SKU,Item,Qty,Price,Customer ID,Phone'];
  for (let line = 0; line < 4; line++) {
    for (let order = 0; order < 60; order++) {
      const bad = line === 1 && order % 20 === 0;
      const person = order % 3 === 0 ? ',' : `K${order % 15},07712${String(order % 15).padStart(5, '0')}`;
      const quantity = order % 7 === 0 ? -1 : line + 1;
      rows.push(
        `B${order},2024-05-${10 + (order % 9)} 10:0${line},P${(order + line) % 12},Item ${line},${bad ? 'x' : quantity},${order}.5,${person}`,
      );
    }
  }
  return rows.join('\n');
}

/** A database whose writes fail from the `step`th on: what a power cut leaves is what was written before. */
function failingAt(db: Database, step: number): { db: Database; steps: () => number } {
  let done = 0;
  const writes = new Set(['insertMany', 'bulkWrite', 'updateOne', 'insertOne']);
  const wrap = (collection: object): object =>
    new Proxy(collection, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (writes.has(String(key)) && ++done > step) throw new Error('injected');
          return Reflect.apply(value, target, args);
        };
      },
    });
  const wrapped = new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'object' && value !== null && key !== 'connection' ? wrap(value) : value;
    },
  });
  return { db: wrapped, steps: () => done };
}

describe('an import that is cut off', { timeout: 120_000 }, () => {
  let desk: Desk;
  let whole: Awaited<ReturnType<Desk['dump']>>;
  let counts: Import['counts'];
  const text = sales();
  beforeAll(async () => {
    desk = await openDesk();
    const known = 'Customer ID,Name,Phone\nK1,Nimal,\nK2,Kamala,0711111111\n';
    await desk.bring(known);
    const start = await desk.dump();
    const done = await desk.bring(text);
    ({ counts } = done);
    whole = anonymous(await desk.dump());
    await desk.undo(done);
    expect(await desk.dump()).toEqual(start);
  });
  afterAll(() => desk.close());

  /** Ids, and buckets with them, come from the import's own id: told apart by number, sku and external id here. */
  function anonymous(dump: Awaited<ReturnType<Desk['dump']>>): typeof dump {
    const names = new Map<string, string>();
    for (const row of [...(dump.customers ?? [])] as { _id: string; externalId?: string }[])
      names.set(row._id, row.externalId ?? '');
    const rows = (name: string, key: string) =>
      (dump[name] as Record<string, unknown>[])
        .map(
          ({ _id, bucket: _, ...row }): Record<string, unknown> => ({
            ...row,
            customerId: names.get(String(row.customerId)),
          }),
        )
        .sort((a, b) => String(a[key]).localeCompare(String(b[key])));
    return {
      customers: rows('customers', 'externalId'),
      orders: rows('orders', 'number'),
      products: rows('products', 'sku'),
    };
  }

  async function begin(): Promise<Import> {
    const preview = await desk.preview(text);
    const { import: doc } = await startImport(desk.core, desk.shop._id, preview.import._id.toHexString(), WORDS);
    desk.jobs.length = 0;
    return doc;
  }

  async function run(doc: Import, db: Database): Promise<ImportResult> {
    const folder = `${desk.core.files.path(doc._id.toHexString())}.parts`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const path = desk.core.files.path(doc.fileId);
    return importTable(db, doc, { path, folder, signal: new AbortController().signal, report: () => undefined });
  }

  async function cutAt(doc: Import, step: number): Promise<boolean> {
    try {
      await run(doc, failingAt(desk.db, step).db);
      return false;
    } catch (error) {
      expect(String(error)).toContain('injected');
      return true;
    }
  }

  it('ends as if nothing had happened, wherever it was cut', async () => {
    const start = await desk.dump();
    let cuts = 0;
    for (let step = 0; ; step++) {
      const doc = await begin();
      const cut = await cutAt(doc, step);
      const { counts: after } = await run(doc, desk.db);
      expect(after).toEqual(counts);
      expect(anonymous(await desk.dump())).toEqual(whole);
      await undoTable(desk.db, doc, desk.clock.now(), true);
      expect(await desk.dump()).toEqual(start);
      await desk.db.imports.deleteOne({ _id: doc._id });
      if (!cut) break;
      cuts += 1;
    }
    expect(cuts).toBeGreaterThan(6);
  });

  it('ends as if nothing had happened, however often it was cut', async () => {
    const doc = await begin();
    let cuts = 0;
    for (let step = 0; await cutAt(doc, step); step++) cuts += 1;
    expect(cuts).toBeGreaterThan(3);
    desk.jobs.push({ name: 'runImport', payload: { importId: doc._id.toHexString() } });
    await desk.work();
    const done = (await desk.db.imports.findOne({ _id: doc._id })) as Import;
    expect(done.status).toBe('done');
    expect(done.counts).toEqual(counts);
    expect(anonymous(await desk.dump())).toEqual(whole);
    await desk.undo(done);
  });

  it('is undone to the last byte after a cut, too', async () => {
    const before = await desk.dump();
    const doc = await begin();
    await cutAt(doc, 7);
    desk.jobs.push({ name: 'runImport', payload: { importId: doc._id.toHexString() } });
    await desk.work();
    const undone = await desk.undo((await desk.db.imports.findOne({ _id: doc._id })) as Import);
    expect(undone.status).toBe('undone');
    expect(await desk.dump()).toEqual(before);
  });

  it('goes on after a kill -9 of the process that ran it', async () => {
    const doc = await begin();
    const script = join(import.meta.dirname, 'killedChild.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: {
        ...process.env,
        KADE_TEST_URI: desk.db.uri,
        KADE_TEST_DATABASE: desk.db.connection.name,
        KADE_TEST_IMPORT: doc._id.toHexString(),
        KADE_TEST_PATH: desk.core.files.path(doc.fileId),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // The child stands still in the middle of its writes, so that the kill always meets it there.
    await lineOf(child, 'halfway');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await desk.db.importJournal.countDocuments({ importId: doc._id })).toBeGreaterThan(0);
    desk.jobs.push({ name: 'runImport', payload: { importId: doc._id.toHexString() } });
    await desk.work();
    const done = (await desk.db.imports.findOne({ _id: doc._id })) as Import;
    expect(done.counts).toEqual(counts);
    expect(anonymous(await desk.dump())).toEqual(whole);
  });
});

function lineOf(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => data.includes(line) && resolve());
    child.once('exit', () => reject(new Error('The child ended by itself')));
  });
}
