import { Types } from 'mongoose';
import { type DatabaseAddress, withDatabase } from '../db/database.ts';
import { isDiskFull, KadeError } from '../errors.ts';
import type { Surroundings } from '../threads/runInThread.ts';
import { type ImportResult, importTable } from './writing/importTable.ts';

/** The import to write; its stored file, and an existing folder for what does not fit into memory. */
export interface WriteTask extends DatabaseAddress {
  readonly importId: string;
  readonly path: string;
  readonly folder: string;
}

/** How far it is. */
export interface ImportProgress {
  rows: number;
  /** null: not known */
  totalRows: number | null;
  rowsPerSecond: number;
  secondsLeft: number | null;
}

const TELL_MS = 2_000;

/** Writes an import into the database and tells its progress; throws `disk_full`. Heavy: runs in a thread. */
export function writeImport(task: WriteTask, { tell, signal }: Surroundings<ImportProgress>): Promise<ImportResult> {
  const { importId, path, folder } = task;
  return withDatabase(task, async (db) => {
    const doc = await db.imports.findOne({ _id: new Types.ObjectId(importId) });
    if (!doc) throw new KadeError('import_not_found');
    return importTable(db, doc, { path, folder, signal, report: reporter(tell) });
  }).catch((error: unknown) => {
    throw isDiskFull(error) ? new KadeError('disk_full') : error;
  });
}

/** Turns the work done into rows, speed and time left; the first word after one second. */
function reporter(tell: (progress: ImportProgress) => void): (done: number, rows: number, share: number) => void {
  const began = performance.now();
  let next = began + TELL_MS / 2;
  return (done, rows, share) => {
    const now = performance.now();
    if (now < next) return;
    next = now + TELL_MS;
    const rowsPerSecond = done / ((now - began) / 1000);
    const totalRows = share > 0 ? Math.max(rows, Math.round(rows / share)) : null;
    const secondsLeft =
      totalRows === null || rowsPerSecond === 0 ? null : Math.ceil((totalRows - done) / rowsPerSecond);
    tell({ rows: Math.round(done), totalRows, rowsPerSecond: Math.round(rowsPerSecond), secondsLeft });
  };
}
