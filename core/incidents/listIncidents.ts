import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { parseId } from '../ids.ts';
import type { Incident } from './incident.model.ts';

const LIMIT = 50;

/** These incidents, or all that are open; the oldest first. */
export async function listIncidents(core: Core, shopId: Types.ObjectId, ids?: readonly string[]): Promise<Incident[]> {
  const which = ids ? { _id: { $in: ids.map(parseId) } } : { open: true };
  return core.db.incidents
    .find({ shopId, ...which })
    .sort({ since: 1, _id: 1 })
    .limit(LIMIT)
    .toArray();
}
