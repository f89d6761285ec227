import { parentPort, workerData } from 'node:worker_threads';
import { Types } from 'mongoose';
import { connectDatabase } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import { type ImportResult, importTable } from './writing/importTable.ts';
import { undoTable } from './writing/undoTable.ts';

/** What runInWorker starts this thread with. */
export interface ImportTask {
  readonly step: 'import' | 'undo';
  readonly uri: string;
  readonly database: string;
  readonly importId: string;
  /** the stored file, and an existing folder for what does not fit into memory */
  readonly path: string;
  readonly folder: string;
  readonly now: Date;
}

/** What the thread tells: how far it is, at most every two seconds; last, what became of it. */
export type ImportMessage =
  | { kind: 'progress'; rows: number; totalRows: number | null; rowsPerSecond: number; secondsLeft: number | null }
  | { kind: 'imported'; result: ImportResult }
  | { kind: 'undone'; kept: number }
  | { kind: 'failed'; code: string; params: Record<string, string | number>; aborted: boolean; message: string };

const REPORT_MS = 2_000;

const task = workerData as ImportTask;
const post = (message: ImportMessage): void => parentPort?.postMessage(message);
const abort = new AbortController();
parentPort?.on('message', () => abort.abort());

const db = await connectDatabase(task.uri, task.database);
try {
  await work();
} catch (error) {
  const known = error instanceof KadeError ? error : null;
  const full = /ENOSPC|disk.?full|no space|MDB_MAP_FULL/i.test(`${(error as { code?: string }).code} ${error}`);
  post({
    kind: 'failed',
    code: known?.code ?? (full ? 'disk_full' : 'import_failed'),
    params: known?.params ?? {},
    aborted: abort.signal.aborted,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
} finally {
  await db.connection.close();
  parentPort?.close();
}

async function work(): Promise<void> {
  const doc = await db.imports.findOne({ _id: new Types.ObjectId(task.importId) });
  if (!doc) throw new KadeError('import_not_found');
  if (task.step === 'undo') {
    const again = doc.undoBegun === true;
    await db.imports.updateOne({ _id: doc._id }, { $set: { undoBegun: true } });
    post({ kind: 'undone', kept: await undoTable(db, doc, task.now, again) });
    return;
  }
  const { path, folder } = task;
  const result = await importTable(db, doc, { path, folder, signal: abort.signal, report: reporter() });
  post({ kind: 'imported', result });
}

/** Turns the work done into rows, speed and time left; the first word after one second. */
function reporter(): (done: number, rows: number, share: number) => void {
  const began = performance.now();
  let next = began + REPORT_MS / 2;
  return (done, rows, share) => {
    const now = performance.now();
    if (now < next) return;
    next = now + REPORT_MS;
    const rowsPerSecond = done / ((now - began) / 1000);
    const totalRows = share > 0 ? Math.max(rows, Math.round(rows / share)) : null;
    const secondsLeft =
      totalRows === null || rowsPerSecond === 0 ? null : Math.ceil((totalRows - done) / rowsPerSecond);
    post({
      kind: 'progress',
      rows: Math.round(done),
      totalRows,
      rowsPerSecond: Math.round(rowsPerSecond),
      secondsLeft,
    });
  };
}
