import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { reportIncident, solveIncident } from './reportIncident.ts';
import { tellIncidents } from './tellIncidents.ts';

const MB = 1024 * 1024;
/** Less is nearly full; it is over only when there is clearly more. */
const LOW_BYTES = 500 * MB;
const ENOUGH_BYTES = 600 * MB;

/** Looks at what nothing else would report, the disk, and tells the owners what changed. */
export async function checkHealth(core: Core, shopId: Types.ObjectId): Promise<void> {
  const free = await core.files.freeBytes();
  if (free < LOW_BYTES) await reportIncident(core, shopId, { kind: 'disk_low', detail: `${Math.floor(free / MB)} MB` });
  else if (free > ENOUGH_BYTES) await solveIncident(core, shopId, { kind: 'disk_low' });
  await tellIncidents(core, shopId);
}
