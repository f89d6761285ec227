import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AddressKey,
  type Core,
  changePreview,
  type Database,
  FileStore,
  type Import,
  type JobPayload,
  type Notice,
  openShop,
  type Preview,
  type PreviewChange,
  previewImport,
  REASONS,
  runImport,
  type Shop,
  startImport,
  undoImport,
  Work,
} from '../../../core/index.ts';
import { openTestDatabase } from '../../database.ts';

/** A shop that files come to, without the chat: jobs run when `work` is called. */
export interface Desk {
  core: Core;
  db: Database;
  shop: Shop;
  notices: Notice[];
  jobs: { name: string; payload: JobPayload }[];
  clock: { now(): Date; set(iso: string): void };
  preview(content: Buffer | string, name?: string): Promise<Preview>;
  /** Previews, corrects, imports and runs to the end. */
  bring(content: Buffer | string, options?: { name?: string; changes?: PreviewChange[] }): Promise<Import>;
  /** Confirms a previewed import and runs it to the end. */
  confirm(importId: string): Promise<Import>;
  undo(done: Import): Promise<Import>;
  /** Runs the import jobs that wait. */
  work(): Promise<void>;
  /** Every document of the shop's data, as extended JSON would tell them apart. */
  dump(): Promise<Record<string, unknown[]>>;
  badRows(done: Import): Promise<string>;
  close(): Promise<void>;
}

const OWNER: AddressKey = 'web:owner';
export const WORDS = Object.fromEntries(REASONS.map((reason) => [reason, `${reason} [column] [cell]`]));

export async function openDesk(): Promise<Desk> {
  const { db, close } = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'kade-files-'));
  let now = new Date('2026-11-21T04:30:00Z');
  const clock = {
    now: () => new Date(now),
    set: (iso: string) => {
      now = new Date(iso);
    },
  };
  const shop = await openShop(db, clock);
  const notices: Notice[] = [];
  const jobs: Desk['jobs'] = [];
  const unexpected = (event: string, fields?: Record<string, unknown>): void => {
    if (!String(fields?.stack ?? '').match(/injected|file_not_found/)) console.error(event, fields);
  };
  const core: Core = {
    db,
    files: new FileStore(folder, db.files, clock),
    clock,
    log: { info: () => undefined, warn: unexpected, error: unexpected },
    work: new Work(),
    channels: new Map(),
    jobs: {
      enqueue: async (name, payload) => void jobs.push({ name, payload }),
      schedule: async () => undefined,
      cancel: async () => undefined,
      state: async () => ({ running: 0, waiting: jobs.length }),
    },
    stopping: new AbortController().signal,
    charts: { render: async () => Buffer.alloc(0) },
    notifier: {
      notify: async (_to, notice, replace) => {
        notices.push(notice);
        return replace ?? `m${notices.length}`;
      },
    },
  };
  const desk: Desk = {
    core,
    db,
    shop,
    notices,
    jobs,
    clock,
    async preview(content, name = 'file.csv') {
      const file = await core.files.save(shop._id, name, 'text/csv', content);
      return previewImport(core, shop, file, OWNER);
    },
    async bring(content, { name, changes = [] } = {}) {
      let preview = await desk.preview(content, name);
      for (const change of changes) {
        preview = await changePreview(core, shop, preview.import._id.toHexString(), change);
      }
      if (preview.step !== 'ready') throw new Error(`The preview stops at ${preview.step}`);
      return desk.confirm(preview.import._id.toHexString());
    },
    async confirm(importId) {
      const { import: doc } = await startImport(core, shop._id, importId, WORDS);
      await desk.work();
      return (await db.imports.findOne({ _id: doc._id })) as Import;
    },
    async undo(done) {
      await undoImport(core, shop._id, done._id.toHexString());
      await desk.work();
      return (await db.imports.findOne({ _id: done._id })) as Import;
    },
    async work() {
      for (let job = jobs.shift(); job; job = jobs.shift()) {
        if (job.name === 'runImport') await runImport(core, { importId: job.payload.importId ?? '' });
      }
    },
    async dump() {
      const names = ['customers', 'orders', 'products'] as const;
      const sets = await Promise.all(
        names.map(
          async (name) => [name, await db[name].find({ shopId: shop._id }).sort({ _id: 1 }).toArray()] as const,
        ),
      );
      return Object.fromEntries(sets.map(([name, rows]) => [name, rows.map((row) => JSON.parse(JSON.stringify(row)))]));
    },
    async badRows(done) {
      if (!done.badRowsFileId) return '';
      const parts: Buffer[] = [];
      for await (const part of core.files.open(done.badRowsFileId)) parts.push(part as Buffer);
      return Buffer.concat(parts).toString('utf8');
    },
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return desk;
}
