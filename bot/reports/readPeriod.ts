import { GB } from 'chrono-node/en';
import { DateTime } from 'luxon';
import type { Period } from '../../core/index.ts';
import { readDateWords } from './dateWords.ts';

/** Where and when the words are said. */
export interface Moment {
  now: Date;
  timeZone: string;
}

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';
/** Whole days of the shop's calendar, `to` not included. */
interface Days {
  from: DateTime;
  to: DateTime;
}

const MOST_DAYS = 36_600;
/** What a bare "month" or "a year" means: so many days up to now. */
const ROLLING: Record<Unit, number> = { day: 1, week: 7, month: 30, quarter: 90, year: 365 };

/**
 * The period that words name in any language, day first, in whole days of the time zone: "30 days" (today is the last),
 * "last month", "2011", "Dec 2010", "1 Dec 2010 to 9 Dec 2011", "since Monday". null when any word
 * is not understood, or it has not begun.
 */
export function readPeriod(words: string, moment: Moment): Period | null {
  const today = DateTime.fromJSDate(moment.now, { zone: moment.timeZone }).startOf('day');
  const text = readDateWords(words.replace(/\b(between\b.+?)\band\b/i, '$1to')).replace(/^(from|since) /, (_, word) =>
    word === 'since' ? 'since ' : '',
  );
  const days = readYear(text, today) ?? readRolling(text, today) ?? readCalendar(text, today) ?? readSpan(text, today);
  if (!days?.from.isValid || !days.to.isValid || days.from > today) return null;
  if (days.to.diff(days.from, 'days').days > MOST_DAYS) return null;
  return { from: days.from.toJSDate(), to: days.to.toJSDate() };
}

/** The `count` days up to today, today included. */
export function lastDays(count: number, moment: Moment): Period {
  const to = DateTime.fromJSDate(moment.now, { zone: moment.timeZone }).startOf('day').plus({ days: 1 });
  return { from: to.minus({ days: count }).toJSDate(), to: to.toJSDate() };
}

function readRolling(text: string, today: DateTime): Days | null {
  const match =
    /^(?:last )?(\d{1,5}) (day|week|month|quarter|year)$/.exec(text) ??
    /^(?:last )?(?<unit>day|week|month|quarter) (?:last )?(?<count>\d{1,5})$/.exec(text);
  const to = today.plus({ days: 1 });
  if (match) {
    const count = Number(match.groups?.count ?? match[1]);
    const unit = (match.groups?.unit ?? match[2]) as Unit;
    return { from: to.minus({ [`${unit}s`]: count }), to };
  }
  return Object.hasOwn(ROLLING, text) ? { from: to.minus({ days: ROLLING[text as Unit] }), to } : null;
}

/** "this week" is up to now, "last month" the whole of it. */
function readCalendar(text: string, today: DateTime): Days | null {
  const match = /^(this|last) (day|week|month|quarter|year)$/.exec(text);
  if (!match) return null;
  const unit = match[2] as Unit;
  const start = today.startOf(unit);
  if (match[1] === 'this') return { from: start, to: today.plus({ days: 1 }) };
  return { from: start.minus({ [`${unit}s`]: 1 }), to: start };
}

function readSpan(text: string, today: DateTime): Days | null {
  const since = /^since (.+)$/.exec(text)?.[1] ?? /^(.+) to$/.exec(text)?.[1];
  if (since) {
    const start = readPoint(since, today);
    return start && { from: start.from, to: today.plus({ days: 1 }) };
  }
  const [left = '', right, ...rest] = text.split(' to ');
  if (right === undefined) return readPoint(text, today);
  const end = rest.length ? null : readPoint(right, today);
  if (!end?.from.isValid) return null; // there is no 0 December
  const start = readPoint(left, today, end.from);
  if (!start) return null;
  return start.from < end.to ? { from: start.from, to: end.to } : { from: end.from, to: start.to };
}

/** A day, a month, a quarter or a year; what is left out of one that begins a span is as in its end. */
function readPoint(text: string, today: DateTime, end?: DateTime): Days | null {
  if (text === 'today') return oneDay(today);
  if (text === 'yesterday') return oneDay(today.minus({ days: 1 }));
  return readYear(text, today) ?? readDigits(text, today) ?? readNamed(text, today, end) ?? readLoose(text, today);
}

function oneDay(from: DateTime): Days {
  return { from, to: from.plus({ days: 1 }) };
}

function readYear(text: string, today: DateTime): Days | null {
  const match =
    /^(?:year )?((?:19|20)\d\d)(?: year)?$/.exec(text) ?? /^(?<quarter>)q([1-4]) ((?:19|20)\d\d)$/.exec(text);
  if (!match) return null;
  const inQuarter = match.groups !== undefined;
  const year = Number(inQuarter ? match[3] : match[1]);
  const from = DateTime.fromObject({ year, month: inQuarter ? Number(match[2]) * 3 - 2 : 1 }, { zone: today.zone });
  return { from, to: from.plus(inQuarter ? { months: 3 } : { years: 1 }) };
}

const DIGITS = ['yyyy-M-d', 'yyyy/M/d', 'yyyy.M.d', 'd/M/yyyy', 'd-M-yyyy', 'd.M.yyyy', 'd/M/yy', 'd.M.yy', 'd-M-yy'];

function readDigits(text: string, today: DateTime): Days | null {
  for (const format of DIGITS) {
    const day = DateTime.fromFormat(text, format, { zone: today.zone });
    if (day.isValid) return oneDay(day);
  }
  const month = DateTime.fromFormat(text, 'yyyy-M', { zone: today.zone });
  return month.isValid ? { from: month, to: month.plus({ months: 1 }) } : null;
}

/** Day, month's name and year in any order; without a year the latest one that has begun, or that of the span's end. */
function readNamed(text: string, today: DateTime, end?: DateTime): Days | null {
  const parts = text.split(' ');
  const find = (pattern: RegExp) => parts.filter((part) => pattern.test(part));
  const [months, years, days] = [find(/^m\d+$/), find(/^(19|20)\d\d$/), find(/^\d{1,2}$/)];
  if (months.length + years.length + days.length !== parts.length) return null;
  if (months.length > 1 || years.length > 1 || days.length > 1 || (months.length === 0 && !(end && days.length)))
    return null;
  const month = months[0] ? Number(months[0].slice(1)) : (end?.month ?? 1);
  const latest = end ?? today;
  const guess = DateTime.fromObject({ year: latest.year, month, day: Number(days[0] ?? 1) }, { zone: today.zone });
  const year = years[0] ? Number(years[0]) : guess > latest ? latest.year - 1 : latest.year;
  const from = DateTime.fromObject({ year, month, day: Number(days[0] ?? 1) }, { zone: today.zone });
  return days.length ? oneDay(from) : { from, to: from.plus({ months: 1 }) };
}

/** What chrono reads of the rest ("last friday", "3 weeks ago"), when it reads all of it and it is past. */
function readLoose(text: string, today: DateTime): Days | null {
  const english = text
    .replace(/\bw([1-7])\b/g, (_, day) => WEEKDAYS[Number(day) - 1] ?? '')
    .replace(/\bm(\d+)\b/g, (_, month) => MONTHS[Number(month) - 1] ?? '');
  const [found] = GB.parse(english, { instant: today.toJSDate(), timezone: today.offset });
  if (!found || found.text.length !== english.length || found.end) return null;
  const [year, month, day] = (['year', 'month', 'day'] as const).map((part) => found.start.get(part) ?? 0);
  const from = DateTime.fromObject({ year, month, day }, { zone: today.zone });
  return oneDay(from > today && !found.start.isCertain('day') ? from.minus({ weeks: 1 }) : from);
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
