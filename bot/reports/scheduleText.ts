import type { ReportSpan, ScheduleRule } from '../../core/index.ts';
import { formatClock, weekdayName } from '../days.ts';
import type { Translate } from '../flow.ts';
import type { ScheduleWish } from './readSchedule.ts';

/** A schedule read back in words: "every Monday at 09:00, the 7 days before". */
export function scheduleText(t: Translate, { rule, span }: ScheduleWish): string {
  return t('report.schedule.line', { when: whenText(t, rule), span: spanText(t, span) });
}

function whenText(t: Translate, { hour, minute, weekdays, monthDay }: ScheduleRule): string {
  const time = formatClock({ hour, minute });
  if (monthDay !== undefined) return t('report.schedule.monthly', { day: monthDay, time });
  if (!weekdays?.length) return t('report.schedule.daily', { time });
  if (weekdays.join() === '1,2,3,4,5') return t('report.schedule.workdays', { time });
  return t('report.schedule.weekly', { days: weekdays.map((day) => weekdayName(t, day)).join(', '), time });
}

/** What a report covers: "the 7 days before". */
export function spanText(t: Translate, { unit, count }: ReportSpan): string {
  return t(`report.schedule.${unit}s`, { count });
}

/** A wish within a choice's id: `0900.w1.d7`, `0830.m1.m1`, `0900.e.d1`. */
export function scheduleCode({ rule, span }: ScheduleWish): string {
  const time = `${String(rule.hour).padStart(2, '0')}${String(rule.minute).padStart(2, '0')}`;
  const days =
    rule.monthDay !== undefined ? `m${rule.monthDay}` : rule.weekdays?.length ? `w${rule.weekdays.join('')}` : 'e';
  return `${time}.${days}.${span.unit === 'month' ? 'm' : 'd'}${span.count}`;
}

/** The wish that a code stands for; null when it is none. */
export function readScheduleCode(code: string): ScheduleWish | null {
  const match = /^([01]\d|2[0-3])([0-5]\d)\.(?:e|w([1-7]{1,7})|m([1-9]|1\d|2[0-8]))\.([dm])([1-9]\d{0,3})$/.exec(code);
  if (!match) return null;
  const [, hour, minute, weekdays, monthDay, unit, count] = match;
  return {
    rule: {
      hour: Number(hour),
      minute: Number(minute),
      ...(weekdays ? { weekdays: [...weekdays].map(Number) } : {}),
      ...(monthDay ? { monthDay: Number(monthDay) } : {}),
    },
    span: { unit: unit === 'm' ? 'month' : 'day', count: Number(count) },
  };
}
