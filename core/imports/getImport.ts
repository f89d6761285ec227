import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { Import } from './import.model.ts';

/** An import of this shop by its id (hex, as it comes in a tap); `import_not_found` otherwise. */
export async function getImport(core: Pick<Core, 'db'>, shopId: Types.ObjectId, importId: string): Promise<Import> {
  const _id = /^[0-9a-f]{24}$/.test(importId) ? new Types.ObjectId(importId) : null;
  const found = _id && (await core.db.imports.findOne({ _id, shopId }));
  if (!found) throw new KadeError('import_not_found');
  return found;
}

/** The latest imports that were started, newest first. */
export async function listImports(core: Pick<Core, 'db'>, shopId: Types.ObjectId, limit: number): Promise<Import[]> {
  const filter = { shopId, status: { $ne: 'preview' as const } };
  return core.db.imports
    .find(filter, { projection: { plan: 0 } })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .toArray();
}
