import { fromLocalTime, toLocalTime } from '../time.ts';
import type { ScheduleRule } from './schedule.model.ts';

/** The rule as a cron expression of five fields. */
export function cronOf({ hour, minute, weekdays, monthDay }: ScheduleRule): string {
  const days = weekdays?.length ? weekdays.map((day) => day % 7).join(',') : '*';
  return `${minute} ${hour} ${monthDay ?? '*'} * ${days}`;
}

/** The latest moment up to `now` at which the rule was due. */
export function lastDue(rule: ScheduleRule, now: Date, timeZone: string): Date {
  const today = toLocalTime(now, timeZone);
  // A month has the wanted day of the month, a week every weekday.
  for (let back = 0; ; back++) {
    const due = fromLocalTime({ ...today, day: today.day - back, hour: rule.hour, minute: rule.minute }, timeZone);
    if (due <= now && fits(rule, toLocalTime(due, timeZone))) return due;
  }
}

function fits({ weekdays, monthDay }: ScheduleRule, { weekday, day }: { weekday: number; day: number }): boolean {
  if (monthDay !== undefined) return day === monthDay;
  return !weekdays?.length || weekdays.includes(weekday);
}
