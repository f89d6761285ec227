import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { getImport } from './getImport.ts';
import type { Import } from './import.model.ts';
import { enqueueImport } from './importJob.ts';
import { stopWriting } from './runImport.ts';

/** Leaves a preview, or stops a running import and has what it wrote taken back. Answers what it was before. */
export async function cancelImport(core: Core, shopId: Types.ObjectId, importId: string): Promise<Import> {
  const doc = await getImport(core, shopId, importId);
  if (doc.status === 'preview') {
    await core.db.imports.updateOne({ _id: doc._id, status: 'preview' }, { $set: { status: 'cancelled' } });
    return doc;
  }
  const stopped = await core.db.imports.updateOne(
    { _id: doc._id, status: 'running' },
    { $set: { status: 'undoing', undoTo: 'cancelled' } },
  );
  if (stopped.matchedCount === 0) return getImport(core, shopId, importId);
  // The thread's end sets the undoing going; without a thread nothing would.
  if (!stopWriting(doc._id)) await enqueueImport(core, doc);
  return doc;
}
