import { Types } from 'mongoose';
import { type DatabaseAddress, withDatabase } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import { undoTable } from './writing/undoTable.ts';

/** The import to take back. */
export interface UnwriteTask extends DatabaseAddress {
  readonly importId: string;
  readonly now: Date;
}

/** Takes back what an import wrote; resolves to how many documents had to stay. Heavy: runs in a thread. */
export function unwriteImport(task: UnwriteTask): Promise<number> {
  return withDatabase(task, async (db) => {
    const filter = { _id: new Types.ObjectId(task.importId) };
    const doc = await db.imports.findOneAndUpdate(filter, { $set: { undoBegun: true } });
    if (!doc) throw new KadeError('import_not_found');
    return undoTable(db, doc, task.now, doc.undoBegun === true);
  });
}
