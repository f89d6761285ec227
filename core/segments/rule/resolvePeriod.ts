import { localDay, startOfLocalDay } from '../../time.ts';
import { type DatePoint, type RelativePeriod, readDuration, type Unit, WEEKDAYS } from '../periods.ts';
import type { DateLeaf } from '../rule.ts';

/** When and where a rule is asked. */
export interface Moment {
  now: Date;
  /** IANA name */
  timeZone: string;
}

/** Moments from `from` up to, not with, `to`; without one of them open at that end. */
export interface Interval {
  from?: Date;
  to?: Date;
}

/** Whole days of the calendar, as days since 1970, `to` not included; ±Infinity where open. */
interface Days {
  from: number;
  to: number;
}

/** The anniversaries in one year: of dates before that year whose month · 100 + day is from `from` to `to`, both in. */
export interface AnniversaryRange {
  year: number;
  from: number;
  to: number;
}

const DAY_MS = 24 * 3600_000;
const LAST_YEAR = 2200;

/** The moments of a relative period, in whole days of the shop's calendar. */
export function resolvePeriod(period: RelativePeriod, moment: Moment): Interval {
  return toMoments(periodDays(period, todayOf(moment)), moment.timeZone);
}

/** The moments that a date leaf means; for `not_in` those that it leaves out. */
export function resolveDates(leaf: DateLeaf, moment: Moment): Interval {
  return toMoments(leafDays(leaf, todayOf(moment)), moment.timeZone);
}

/** The anniversaries that a date leaf means (for `not_in`: leaves out), at most three ranges. 29 February is 1 March in other years. */
export function resolveAnniversaries(leaf: DateLeaf, moment: Moment): AnniversaryRange[] {
  const { from, to } = leafDays(leaf, todayOf(moment));
  const first = Math.max(from, dayOf(1900, 1, 1));
  const last = Math.min(to, dayOf(LAST_YEAR, 1, 1)) - 1;
  const ranges: AnniversaryRange[] = [];
  for (let { year } = partsOf(first); first <= last && year <= partsOf(last).year; year++) {
    const start = partsOf(Math.max(first, dayOf(year, 1, 1)));
    const end = partsOf(Math.min(last, dayOf(year, 12, 31)));
    const begins = start.month * 100 + start.day;
    const leap = partsOf(dayOf(year, 2, 29)).month === 2;
    const range = { year, from: begins === 301 && !leap ? 229 : begins, to: end.month * 100 + end.day };
    // A whole year holds every anniversary of the whole years before it.
    const before = ranges.at(-1);
    if (before && isWhole(before) && isWhole(range)) ranges.pop();
    ranges.push(range);
  }
  return ranges;
}

function isWhole({ from, to }: AnniversaryRange): boolean {
  return from === 101 && to === 1231;
}

function todayOf({ now, timeZone }: Moment): number {
  return localDay(now, timeZone);
}

function toMoments({ from, to }: Days, timeZone: string): Interval {
  return {
    ...(Number.isFinite(from) ? { from: startOfLocalDay(from, timeZone) } : {}),
    ...(Number.isFinite(to) ? { to: startOfLocalDay(to, timeZone) } : {}),
  };
}

function leafDays(leaf: DateLeaf, today: number): Days {
  switch (leaf.op) {
    case 'before':
      return { from: Number.NEGATIVE_INFINITY, to: edge(leaf.value, today) };
    case 'after':
      return { from: pointDay(leaf.value, today) + 1, to: Number.POSITIVE_INFINITY };
    case 'on':
      return periodDays({ on: leaf.value }, today);
    default:
      return periodDays(leaf.value, today);
  }
}

function periodDays(period: RelativePeriod, today: number): Days {
  const { year, month } = partsOf(today);
  if ('last' in period) return { from: shift(today + 1, period.last, -1), to: today + 1 };
  if ('next' in period) return { from: today, to: shift(today, period.next, 1) };
  if ('calendar' in period) return unitDays(period.calendar, period.offset, today);
  if ('month' in period) return monthDays(period.year ?? (period.month <= month ? year : year - 1), period.month, 1);
  if ('quarter' in period) {
    const first = period.quarter * 3 - 2;
    return monthDays(period.year ?? (first <= month ? year : year - 1), first, 3);
  }
  if ('year' in period) return monthDays(period.year, 1, 12);
  if ('from' in period) return { from: edge(period.from, today), to: pointDay(period.to, today) + 1 };
  if ('since' in period) return { from: edge(period.since, today), to: Number.POSITIVE_INFINITY };
  if ('until' in period) return { from: Number.NEGATIVE_INFINITY, to: pointDay(period.until, today) + 1 };
  const day = pointDay(period.on, today);
  return { from: day, to: day + 1 };
}

/** Where "before" ends and "since" begins. "90 days ago" is the edge of the last 90 days, which do not hold that day. */
function edge(date: DatePoint, today: number): number {
  const day = pointDay(date, today);
  return typeof date === 'object' && 'ago' in date ? day + 1 : day;
}

function pointDay(date: DatePoint, today: number): number {
  if (typeof date === 'string') return Date.parse(date) / DAY_MS;
  if ('ago' in date) return shift(today + 1, date.ago, -1) - 1;
  if ('ahead' in date) return shift(today, date.ahead, 1);
  if ('days' in date) return today + date.days;
  if ('weekday' in date) {
    const ofThisWeek = mondayOf(today) + WEEKDAYS.indexOf(date.weekday);
    if (date.week !== undefined) return ofThisWeek + 7 * date.week;
    return ofThisWeek > today ? ofThisWeek - 7 : ofThisWeek;
  }
  if ('start_of' in date) return unitDays(date.start_of, date.offset, today).from;
  if ('end_of' in date) return unitDays(date.end_of, date.offset, today).to - 1;
  return latestMonthDay(date.month, date.dom, today);
}

/** The latest day with this month and day up to today; 29 February goes back to a leap year. */
function latestMonthDay(month: number, dom: number, today: number): number {
  for (let { year } = partsOf(today); ; year--) {
    const day = dayOf(year, month, dom);
    if (day <= today && partsOf(day).month === month) return day;
  }
}

function unitDays(unit: Unit, offset: number, today: number): Days {
  const { year, month } = partsOf(today);
  switch (unit) {
    case 'day':
      return { from: today + offset, to: today + offset + 1 };
    case 'week': {
      const monday = mondayOf(today) + 7 * offset;
      return { from: monday, to: monday + 7 };
    }
    case 'month':
      return monthDays(year, month + offset, 1);
    case 'quarter':
      return monthDays(year, month - ((month - 1) % 3) + 3 * offset, 3);
    default:
      return monthDays(year + offset, 1, 12);
  }
}

function monthDays(year: number, month: number, months: number): Days {
  return { from: dayOf(year, month, 1), to: dayOf(year, month + months, 1) };
}

/** So many days, weeks, months or years away; a day that the month does not have becomes its last. */
function shift(day: number, duration: string, sign: 1 | -1): number {
  const { count, unit } = readDuration(duration);
  if (unit === 'day' || unit === 'week') return day + sign * count * (unit === 'week' ? 7 : 1);
  const { year, month, day: dom } = partsOf(day);
  const target = month + sign * count * (unit === 'year' ? 12 : 1);
  return Math.min(dayOf(year, target, dom), dayOf(year, target + 1, 0));
}

/** 1 January 1970 was a Thursday. */
function mondayOf(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function partsOf(day: number): { year: number; month: number; day: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
