import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Types } from 'mongoose';
import { eraseImported } from '../consents/eraseFiles.ts';
import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import type { Notice } from '../notices.ts';
import { REFRESH_JOB, refreshWorkKey } from '../segments/scheduleRefresh.ts';
import { runInThread } from '../threads/runInThread.ts';
import type { Import } from './import.model.ts';
import { enqueueImport, importWorkKey } from './importJob.ts';
import type { unwriteImport } from './unwriteImport.ts';
import type { ImportProgress, writeImport } from './writeImport.ts';
import type { ImportResult } from './writing/importTable.ts';

/** What stops the imports that are being written now, by import: for a Cancel. */
const running = new Map<string, AbortController>();

/**
 * Writes an import that was started, or takes back one that is to be undone, in a thread with its own connection; tells
 * the progress and the end to who started it, and has the segments refreshed. Repeatable: what was killed goes on.
 */
export async function runImport(core: Core, { importId }: { importId: string }): Promise<void> {
  const _id = new Types.ObjectId(importId);
  const doc = await core.db.imports.findOne({ _id, status: { $in: ['running', 'undoing'] } });
  if (!doc || running.has(importId)) return core.work.release(importWorkKey({ _id }));
  core.work.hold(doc.startedBy, importWorkKey(doc));
  try {
    if (doc.status === 'running') await write(core, doc);
    else await takeBack(core, doc);
  } catch (error) {
    // The database may be the one that is gone: then the next start takes it up.
    core.log.error('import.failed', { importId, error });
    const code = error instanceof KadeError ? error.code : 'import_failed';
    await fail(core, doc, code).catch(() => undefined);
  } finally {
    core.work.release(importWorkKey(doc));
  }
}

/** Tells who writes this import to stop; false: nobody does. */
export function stopWriting(importId: Types.ObjectId): boolean {
  const cancel = running.get(importId.toHexString());
  cancel?.abort();
  return cancel !== undefined;
}

async function write(core: Core, doc: Import): Promise<void> {
  const progress = new Progress(core, doc);
  // Told while the thread starts.
  void progress.tell({ rows: 0, totalRows: null, rowsPerSecond: 0, secondsLeft: null });
  const cancel = new AbortController();
  let result: ImportResult | null = null;
  try {
    result = await writeInThread(core, doc, cancel, (told) => void progress.tell(told));
  } catch (error) {
    // Kade is being stopped: the next start takes it up.
    if (core.stopping.aborted) return;
    if (!cancel.signal.aborted) throw error;
  } finally {
    await progress.end(result?.counts.rows);
  }
  const finished = result !== null && (await finish(core, doc, result));
  await rm(folderOf(core, doc), { recursive: true, force: true });
  // Cancelled: what was written is taken back next.
  if (!finished) await enqueueImport(core, doc);
}

async function writeInThread(
  core: Core,
  doc: Import,
  cancel: AbortController,
  onTold: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const importId = doc._id.toHexString();
  const folder = folderOf(core, doc);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  running.set(importId, cancel);
  try {
    // A Cancel may have come before there was anything to stop.
    if ((await core.db.imports.findOne({ _id: doc._id, status: 'running' })) === null) cancel.abort();
    const task = { ...addressOf(core.db), importId, path: core.files.path(doc.fileId), folder };
    const signal = AbortSignal.any([cancel.signal, core.stopping]);
    return await runInThread<typeof writeImport>('writeImport', import.meta.url, task, { signal, onTold });
  } finally {
    running.delete(importId);
  }
}

/** Notes what came of it; false where it was cancelled meanwhile. */
async function finish(core: Core, doc: Import, { counts, badRows }: ImportResult): Promise<boolean> {
  const name = `${doc.fileName.replace(/(?:\.(?:csv|txt|tsv|gz|zip|xlsx))+$/i, '')}-rows-to-check.csv`;
  const saved = badRows && (await core.files.save(doc.shopId, name, 'text/csv', createReadStream(badRows)));
  const { matchedCount } = await core.db.imports.updateOne(
    { _id: doc._id, status: 'running' },
    {
      $set: {
        status: 'done',
        counts,
        finishedAt: core.clock.now(),
        ...(saved ? { badRowsFileId: saved.id } : {}),
      },
    },
  );
  if (matchedCount === 0) return false;
  await eraseImported(core, doc.shopId, doc.fileId);
  await refresh(core, doc);
  await core.notifier.notify(doc.startedBy, { kind: 'import.finished', importId: doc._id.toHexString() });
  return true;
}

/** Stopped before its end: it can go on or be undone, whichever the member chooses. */
async function fail(core: Core, doc: Import, code: string): Promise<void> {
  const filter = { _id: doc._id, status: doc.status };
  await core.db.imports.updateOne(filter, { $set: { status: 'failed', error: code } });
  await core.notifier.notify(doc.startedBy, { kind: 'import.finished', importId: doc._id.toHexString() });
}

async function takeBack(core: Core, doc: Import): Promise<void> {
  const task = { ...addressOf(core.db), importId: doc._id.toHexString(), now: core.clock.now() };
  const kept = await runInThread<typeof unwriteImport>('unwriteImport', import.meta.url, task);
  await core.db.imports.updateOne(
    { _id: doc._id, status: 'undoing' },
    { $set: { status: doc.undoTo ?? 'undone', kept, finishedAt: core.clock.now() } },
  );
  await refresh(core, doc);
  await core.notifier.notify(doc.startedBy, { kind: 'import.undone', importId: doc._id.toHexString() });
}

/** Segments follow the data; the one who waits for the import waits for them too. */
async function refresh(core: Core, doc: Import): Promise<void> {
  const shopId = doc.shopId.toHexString();
  core.work.hold(doc.startedBy, refreshWorkKey(shopId));
  await core.jobs.enqueue(REFRESH_JOB, { shopId });
}

function folderOf(core: Core, doc: Import): string {
  return `${core.files.path(doc._id.toHexString())}.parts`;
}

/** The progress message: one, edited in place, the next word only when the one before has arrived. */
class Progress {
  readonly #core: Core;
  readonly #doc: Import;
  #message: string | undefined;
  #telling: Promise<void> | null = null;

  constructor(core: Core, doc: Import) {
    this.#core = core;
    this.#doc = doc;
    this.#message = doc.progressMessage;
  }

  async tell(told: ImportProgress): Promise<void> {
    if (this.#telling) return;
    this.#telling = this.#send(told).finally(() => {
      this.#telling = null;
    });
    await this.#telling;
  }

  /** The last word: no more to wait for, nothing to cancel. */
  async end(rows?: number): Promise<void> {
    await this.#telling;
    if (rows !== undefined) await this.#send({ rows, totalRows: rows, rowsPerSecond: 0, secondsLeft: 0 });
  }

  async #send(told: ImportProgress): Promise<void> {
    const { _id, fileName, startedBy } = this.#doc;
    const notice: Notice = { ...told, kind: 'import.progress', importId: _id.toHexString(), fileName };
    try {
      const sent = await this.#core.notifier.notify(startedBy, notice, this.#message);
      if (sent === this.#message) return;
      this.#message = sent;
      await this.#core.db.imports.updateOne({ _id }, { $set: { progressMessage: sent } });
    } catch (error) {
      this.#core.log.warn('import.progress', { error });
    }
  }
}
