import { type DatePoint, type RelativePeriod, readDuration, type Unit, WEEKDAYS } from '../core/index.ts';
import { formatDay, formatDayMonth, formatMonth, monthName, weekdayName } from './days.ts';
import type { Translate } from './flow.ts';

/** A leap year: it has every day that a month and a day can name. */
const SOME_YEAR = 2024;

/** A rule's period in words, `in the last 90 days`; `yearly`: a month or day that is named comes back every year. */
export function sayPeriod(t: Translate, period: RelativePeriod, yearly = false): string {
  const noun = (date: DatePoint) => sayDate(t, date, yearly);
  const inUnit = (unit: string) => t('rule.period.unit', { unit });
  if ('last' in period) return sayCount(t, 'rule.period.last', period.last);
  if ('next' in period) return sayCount(t, 'rule.period.next', period.next);
  if ('calendar' in period) {
    const unit = sayUnit(t, period.calendar, period.offset);
    return Math.abs(period.offset) <= 1 ? t('rule.period.near', { unit }) : inUnit(unit);
  }
  if ('month' in period) return inUnit(sayMonth(t, period, yearly));
  if ('quarter' in period) {
    const { quarter, year } = period;
    return inUnit(
      year ? t('rule.unit.quarterOf', { quarter, year }) : latest(t, t('rule.unit.quarter', { quarter }), yearly),
    );
  }
  if ('year' in period) return inUnit(String(period.year));
  if ('from' in period)
    return t(isAgo(period.from) ? 'rule.period.spanAgo' : 'rule.period.span', {
      from: noun(period.from),
      to: noun(period.to),
    });
  if ('since' in period)
    return t(isAgo(period.since) ? 'rule.period.sinceAgo' : 'rule.period.since', { date: noun(period.since) });
  if ('until' in period) return t('rule.period.until', { date: noun(period.until) });
  return t(isNear(period.on) ? 'rule.period.onNear' : 'rule.period.on', { date: noun(period.on) });
}

/** A rule's day in words, `1 Oct 2026`, `the day 90 days ago`, `the latest Friday`. */
export function sayDate(t: Translate, date: DatePoint, yearly = false): string {
  if (typeof date === 'string') return formatDay(t, new Date(date), 'UTC');
  if ('ago' in date) return t('rule.day.away', { away: sayAgo(t, date.ago) });
  if ('ahead' in date) return t('rule.day.away', { away: sayCount(t, 'rule.ahead', date.ahead) });
  if ('days' in date) return sayUnit(t, 'day', date.days);
  if ('weekday' in date) {
    const weekday = weekdayName(t, WEEKDAYS.indexOf(date.weekday) + 1);
    if (date.week === undefined) return t('rule.day.latest', { what: weekday });
    return t('rule.day.weekdayOf', { weekday, unit: sayUnit(t, 'week', date.week) });
  }
  if ('start_of' in date) return t('rule.day.first', { unit: sayUnit(t, date.start_of, date.offset) });
  if ('end_of' in date) return t('rule.day.last', { unit: sayUnit(t, date.end_of, date.offset) });
  return latest(t, formatDayMonth(t, new Date(Date.UTC(SOME_YEAR, date.month - 1, date.dom)), 'UTC'), yearly);
}

/** `90 days ago`. */
export function sayAgo(t: Translate, duration: string): string {
  return sayCount(t, 'rule.ago', duration);
}

/** Whether the day is told as so long ago. */
export function isAgo(date: DatePoint): date is { ago: string } {
  return typeof date === 'object' && 'ago' in date;
}

/** Yesterday, today or tomorrow, which stand without "on". */
export function isNear(date: DatePoint): boolean {
  return typeof date === 'object' && 'days' in date && Math.abs(date.days) <= 1;
}

function sayMonth(t: Translate, { month, year }: { month: number; year?: number }, yearly: boolean): string {
  if (year) return formatMonth(t, new Date(Date.UTC(year, month - 1, 1)), 'UTC');
  return latest(t, monthName(t, month), yearly);
}

function latest(t: Translate, what: string, yearly: boolean): string {
  return yearly ? what : t('rule.day.latest', { what });
}

const NEAR: Readonly<Record<number, string>> = { [-1]: 'last', 0: 'this', 1: 'next' };

/** `this month`, `the month 3 months ago`. */
function sayUnit(t: Translate, unit: Unit, offset: number): string {
  const near = NEAR[offset];
  if (near) return t(`rule.unit.${near}.${unit}`);
  const away = t(`rule.${offset < 0 ? 'ago' : 'ahead'}.${unit}`, { count: Math.abs(offset) });
  return t(`rule.unit.away.${unit}`, { away });
}

function sayCount(t: Translate, key: string, duration: string): string {
  const { count, unit } = readDuration(duration);
  return t(`${key}.${unit}`, { count });
}
