import { type LocalTime, type Period, toLocalTime } from '../core/index.ts';
import type { Translate } from './flow.ts';

/** `09:05`. */
export function formatClock({ hour, minute }: Pick<LocalTime, 'hour' | 'minute'>): string {
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A day in words, `9 Dec 2011`, by the calendar of a time zone. */
export function formatDay(t: Translate, at: Date, timeZone: string): string {
  const { year, month, day } = toLocalTime(at, timeZone);
  return t('date.day', { year, month: monthName(t, month), day });
}

/** A day without its year, `9 Dec`. */
export function formatDayMonth(t: Translate, at: Date, timeZone: string): string {
  const { month, day } = toLocalTime(at, timeZone);
  return t('date.dayMonth', { month: monthName(t, month), day });
}

/** A month in words, `Dec 2011`. */
export function formatMonth(t: Translate, at: Date, timeZone: string): string {
  const { year, month } = toLocalTime(at, timeZone);
  return t('date.monthYear', { year, month: monthName(t, month) });
}

/** Whole days in words: one day, a month, a year, or the first and the last day. */
export function formatPeriod(t: Translate, { from, to }: Period, timeZone: string): string {
  const last = new Date(to.getTime() - 1);
  const [start, next] = [toLocalTime(from, timeZone), toLocalTime(to, timeZone)];
  const months = (next.year - start.year) * 12 + next.month - start.month;
  if (start.day === 1 && next.day === 1) {
    if (months === 1) return formatMonth(t, from, timeZone);
    if (months === 12 && start.month === 1) return String(start.year);
  }
  const [first, end] = [formatDay(t, from, timeZone), formatDay(t, last, timeZone)];
  return first === end ? first : t('date.span', { from: first, to: end });
}

/** A weekday's name, 1 Monday to 7 Sunday. */
export function weekdayName(t: Translate, weekday: number): string {
  return t('date.weekdays').split('|')[weekday - 1] ?? '';
}

/** A month's name, 1 January to 12 December. */
export function monthName(t: Translate, month: number): string {
  return t('date.months').split('|')[month - 1] ?? '';
}
