import { type DatePoint, type RelativePeriod, type Unit, WEEKDAYS } from '../periods.ts';
import type { QueryCursor } from './queryCursor.ts';
import { DAYS, MONTHS, NEAR_DAYS, NEAR_UNITS, unitOf } from './queryWords.ts';

const LETTER: Readonly<Partial<Record<Unit, string>>> = { day: 'D', week: 'W', month: 'M', year: 'Y' };

/** A period as it is typed: `90d`, `last 3 months`, `this month`, `october 2026`, `2026-01-01..2026-03-31`, `since 1 october`. */
export function readPeriod(cursor: QueryCursor): RelativePeriod {
  if (cursor.take('since')) return { since: readDate(cursor) };
  if (cursor.take('until')) return { until: readDate(cursor) };
  if (cursor.take('on')) return { on: readDate(cursor) };
  const period =
    cursor.attempt(() => tryRange(cursor)) ??
    cursor.attempt(() => tryRolling(cursor)) ??
    cursor.attempt(() => tryUnit(cursor, (calendar, offset) => ({ calendar, offset }))) ??
    cursor.attempt(() => tryNamed(cursor));
  if (period) return period;
  const on = cursor.attempt(() => tryDate(cursor));
  if (on === undefined) throw cursor.expected('within');
  return { on };
}

/** A span as it is typed: `90d`, `3 months`; ISO 8601. */
export function readSpan(cursor: QueryCursor): string {
  const span = cursor.attempt(() => trySpan(cursor));
  if (!span) throw cursor.expected('within');
  return span;
}

/** A day as it is typed: `2026-10-01`, `today`, `90d ago`, `friday`, `1 october`, `start of this month`. */
export function readDate(cursor: QueryCursor): DatePoint {
  const date = cursor.attempt(() => tryDate(cursor));
  if (date === undefined) throw cursor.expected('date');
  return date;
}

function tryRange(cursor: QueryCursor): RelativePeriod | undefined {
  const from = tryDate(cursor);
  return from !== undefined && cursor.take('..') ? { from, to: readDate(cursor) } : undefined;
}

function tryRolling(cursor: QueryCursor): RelativePeriod | undefined {
  const next = cursor.take('next');
  if (!next) cursor.take('last');
  const span = trySpan(cursor);
  if (!span || ['ago', 'ahead'].includes(cursor.word())) return undefined;
  return next ? { next: span } : { last: span };
}

function trySpan(cursor: QueryCursor): string | undefined {
  const [, count, joined] = /^0*(\d{1,4})(\p{L}*)$/u.exec(cursor.word()) ?? [];
  if (!count) return undefined;
  const letter = LETTER[unitOf(joined || cursor.word(1)) ?? 'quarter'];
  if (!letter) return undefined;
  cursor.skip(joined ? 1 : 2);
  return `P${count}${letter}`;
}

/** `this month`, `next week`, or `month -3`. */
function tryUnit<T>(cursor: QueryCursor, make: (unit: Unit, offset: number) => T | undefined): T | undefined {
  const near = NEAR_UNITS.get(cursor.word());
  const unit = unitOf(cursor.word(near === undefined ? 0 : 1));
  const offset = near ?? readOffset(cursor.word(1));
  if (!unit || offset === undefined) return undefined;
  cursor.skip(2);
  return make(unit, offset);
}

function readOffset(word: string): number | undefined {
  return /^[+-]\d{1,4}$/.test(word) ? Number(word) + 0 : undefined;
}

/** `q3 2026`, `october 2026`, `2026`; the year may be left out of the first two. */
function tryNamed(cursor: QueryCursor): RelativePeriod | undefined {
  const [, quarter] = /^q([1-4])$/.exec(cursor.word()) ?? [];
  const month = namedIn(MONTHS, cursor.word());
  const given = yearOf(cursor.word(1));
  const year = given ? { year: given } : {};
  const named = quarter
    ? { quarter: Number(quarter), ...year }
    : month && !dayOfMonth(cursor.word(1)) && { month, ...year };
  if (named) {
    cursor.skip(given ? 2 : 1);
    return named;
  }
  const alone = yearOf(cursor.word());
  if (!alone) return undefined;
  cursor.skip();
  return { year: alone };
}

function tryDate(cursor: QueryCursor): DatePoint | undefined {
  const word = cursor.word();
  const near = NEAR_DAYS.get(word);
  if (near !== undefined || /^\d{4}-\d{2}-\d{2}$/.test(word)) {
    cursor.skip();
    return near === undefined ? word : { days: near };
  }
  const days = word === 'day' ? readOffset(cursor.word(1)) : undefined;
  if (days !== undefined) {
    cursor.skip(2);
    return { days };
  }
  if (cursor.take('start', 'of')) return tryUnit(cursor, (unit, offset) => ({ start_of: unit, offset }));
  if (cursor.take('end', 'of')) return tryUnit(cursor, (unit, offset) => ({ end_of: unit, offset }));
  return tryWeekday(cursor) ?? tryMonthDay(cursor) ?? tryDistance(cursor);
}

/** `friday`, or `friday of last week`. */
function tryWeekday(cursor: QueryCursor): DatePoint | undefined {
  const weekday = WEEKDAYS[(namedIn(DAYS, cursor.word()) ?? 0) - 1];
  if (!weekday) return undefined;
  cursor.skip();
  if (!cursor.take('of')) return { weekday };
  const week = tryUnit(cursor, (unit, offset) => (unit === 'week' ? offset : undefined));
  return week === undefined ? undefined : { weekday, week };
}

function tryMonthDay(cursor: QueryCursor): DatePoint | undefined {
  const [first, second] = [cursor.word(), cursor.word(1)];
  const dom = dayOfMonth(first) ?? dayOfMonth(second);
  const month = namedIn(MONTHS, dayOfMonth(first) ? second : first);
  if (!dom || !month) return undefined;
  cursor.skip(2);
  return { month, dom };
}

function tryDistance(cursor: QueryCursor): DatePoint | undefined {
  const span = trySpan(cursor);
  if (!span) return undefined;
  if (cursor.take('ago')) return { ago: span };
  return cursor.take('ahead') ? { ahead: span } : undefined;
}

function dayOfMonth(word: string): number | undefined {
  return /^\d{1,2}$/.test(word) ? Number(word) || undefined : undefined;
}

function yearOf(word: string): number | undefined {
  return /^\d{4}$/.test(word) ? Number(word) : undefined;
}

/** The place, from 1, of a name that is typed in full or by three letters or more. */
function namedIn(names: readonly string[], word: string): number | undefined {
  const place = word.length < 3 ? -1 : names.findIndex((name) => name.startsWith(word));
  return place < 0 ? undefined : place + 1;
}
