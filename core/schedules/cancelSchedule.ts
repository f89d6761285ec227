import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { solveIncident } from '../incidents/reportIncident.ts';
import type { Schedule } from './schedule.model.ts';

/** Ends a report that comes by itself; null: there is none with this id any more. */
export async function cancelSchedule(core: Core, shopId: Types.ObjectId, id: string): Promise<Schedule | null> {
  if (!Types.ObjectId.isValid(id)) return null;
  const cancelled = await core.db.schedules.findOneAndDelete({ shopId, _id: new Types.ObjectId(id) });
  if (!cancelled) return null;
  await core.jobs.cancel('sendScheduledReport', { scheduleId: id });
  await solveIncident(core, shopId, { kind: 'report_failed', subject: id });
  return cancelled;
}
