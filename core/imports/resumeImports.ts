import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { enqueueImport } from './importJob.ts';

/** Lets the imports and undoings that a stop or a crash cut off go on; call once at the start. Resolves to how many. */
export async function resumeImports(core: Core, shopId: Types.ObjectId): Promise<number> {
  const cut = await core.db.imports.find({ shopId, status: { $in: ['running', 'undoing'] } }).toArray();
  for (const doc of cut) await enqueueImport(core, doc);
  return cut.length;
}
