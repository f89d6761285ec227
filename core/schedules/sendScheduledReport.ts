import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { reportIncident, solveIncident } from '../incidents/reportIncident.ts';
import { getShop } from '../shops/shops.ts';
import { lastDue } from './scheduleRule.ts';

/** Long enough to draw and send one report; then another run may try again. */
const LEASE_MS = 120_000;

/**
 * Sends the report that was due last, once however often it is asked; one that failed is tried again when asked again.
 * A schedule whose address belongs to no member any more ends.
 */
export async function sendScheduledReport(core: Core, scheduleId: string): Promise<void> {
  const _id = new Types.ObjectId(scheduleId);
  const schedule = await core.db.schedules.findOne({ _id });
  if (!schedule) return core.jobs.cancel('sendScheduledReport', { scheduleId });
  const { shopId, to, rule } = schedule;
  if (!(await core.db.members.findOne({ shopId, addresses: to }))) {
    await core.db.schedules.deleteOne({ _id });
    return core.jobs.cancel('sendScheduledReport', { scheduleId });
  }
  const now = core.clock.now();
  const dueAt = lastDue(rule, now, (await getShop(core.db, shopId)).timeZone);
  if (dueAt <= schedule.createdAt) return;
  const claimed = await core.db.schedules.updateOne(
    { _id, sentFor: { $ne: dueAt }, $or: [{ leaseUntil: { $exists: false } }, { leaseUntil: { $lte: now } }] },
    { $set: { leaseUntil: new Date(now.getTime() + LEASE_MS) } },
  );
  if (claimed.modifiedCount === 0) return;
  const failure = { kind: 'report_failed', subject: scheduleId } as const;
  const done = core.work.begin(to);
  try {
    await core.notifier.notify(to, { kind: 'report.scheduled', scheduleId, dueAt });
    await core.db.schedules.updateOne({ _id }, { $set: { sentFor: dueAt } });
    await solveIncident(core, shopId, failure);
  } catch (error) {
    await reportIncident(core, shopId, failure);
    throw error;
  } finally {
    await core.db.schedules.updateOne({ _id }, { $unset: { leaseUntil: '' } });
    done();
  }
}
