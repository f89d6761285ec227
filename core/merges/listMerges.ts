import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Merge } from './merge.model.ts';

/** The merges that can be undone, latest first. */
export async function listMerges(core: Core, shopId: Types.ObjectId, limit: number): Promise<Merge[]> {
  return core.db.merges.find({ shopId, state: 'merged' }).sort({ at: -1 }).limit(limit).toArray();
}
