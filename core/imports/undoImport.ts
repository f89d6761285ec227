import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { getImport } from './getImport.ts';
import type { Import, JournalEntry } from './import.model.ts';
import { enqueueImport } from './importJob.ts';
import { documentIds } from './writing/journal.ts';

const BATCH = 1_000;

/**
 * Starts taking an import back, once; `started` false: it is being or has been taken back, see `import`. Throws
 * `import_not_found`, `import_running` while any import of the shop runs, and `undo_blocked` { file } where a newer
 * import wrote to the same documents: that one must be undone first.
 */
export async function undoImport(
  core: Core,
  shopId: Types.ObjectId,
  importId: string,
): Promise<{ started: boolean; import: Import }> {
  const doc = await getImport(core, shopId, importId);
  if (doc.status !== 'done' && doc.status !== 'failed') return { started: false, import: doc };
  const busy = await core.db.imports.findOne({ shopId, status: { $in: ['running', 'undoing'] } });
  if (busy) throw new KadeError('import_running', { file: busy.fileName });
  const newer = await findNewer(core, doc);
  if (newer) throw new KadeError('undo_blocked', { file: newer.fileName });
  const { matchedCount } = await core.db.imports.updateOne(
    { _id: doc._id, status: doc.status },
    { $set: { status: 'undoing', undoTo: 'undone' } },
  );
  if (matchedCount > 0) await enqueueImport(core, doc);
  return { started: matchedCount > 0, import: await getImport(core, shopId, importId) };
}

/** A newer import that wrote to documents of this one. */
async function findNewer(core: Core, doc: Import): Promise<Import | null> {
  const { shopId, _id, startedAt = doc.createdAt } = doc;
  const newer = await core.db.imports
    .find({ shopId, _id: { $ne: _id }, status: { $in: ['done', 'failed'] }, startedAt: { $gte: startedAt } })
    .sort({ startedAt: -1, _id: -1 })
    .toArray();
  const later = newer.filter(
    (one) => (one.startedAt ?? startedAt) > startedAt || one._id.toHexString() > _id.toHexString(),
  );
  for (const other of later) if (await overlaps(core, _id, other._id)) return other;
  return null;
}

/** Whether the newer import changed a document that the older one made or changed; what it made itself cannot be one. */
async function overlaps({ db }: Core, older: Types.ObjectId, newer: Types.ObjectId): Promise<boolean> {
  for (const collection of ['customers', 'products', 'orders']) {
    const changed = db.importJournal.find({ importId: newer, collection, before: { $ne: null } }).batchSize(BATCH);
    let batch: JournalEntry[] = [];
    const hit = async (): Promise<boolean> => {
      const among = { $in: documentIds(batch) };
      batch = [];
      const filter = { importId: older, collection, $or: [{ documentId: among }, { alsoMade: among }] };
      return (await db.importJournal.findOne(filter, { projection: { _id: 1 } })) !== null;
    };
    for await (const entry of changed) {
      batch.push(entry);
      if (batch.length >= BATCH && (await hit())) return true;
    }
    if (batch.length > 0 && (await hit())) return true;
  }
  return false;
}
