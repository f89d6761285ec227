import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { ReportSpan, Schedule, ScheduleRule } from './schedule.model.ts';
import { cronOf } from './scheduleRule.ts';

/** Has a report sent to a member's address by itself from now on. The same wish twice is kept once. */
export async function addSchedule(
  core: Core,
  shop: Pick<Shop, '_id' | 'timeZone'>,
  wish: { to: AddressKey; rule: ScheduleRule; span: ReportSpan },
): Promise<Schedule> {
  const same = (await core.db.schedules.find({ shopId: shop._id, to: wish.to }).toArray()).find(
    (one) =>
      cronOf(one.rule) === cronOf(wish.rule) && one.span.unit === wish.span.unit && one.span.count === wish.span.count,
  );
  const schedule: Schedule = same ?? {
    _id: new Types.ObjectId(),
    shopId: shop._id,
    ...wish,
    createdAt: core.clock.now(),
  };
  if (!same) await core.db.schedules.insertOne(schedule);
  await core.jobs.schedule(
    'sendScheduledReport',
    { scheduleId: schedule._id.toHexString() },
    { cron: cronOf(schedule.rule), timeZone: shop.timeZone },
  );
  return schedule;
}
