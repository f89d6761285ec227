import { ObjectId, Timestamp } from 'bson';
import { CommandError } from './errors.ts';
import { isPlain, typeName } from './values.ts';

// MongoDB's date operators. A local time is a Date whose UTC fields are the wall clock's in its time zone.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REFERENCE = Date.UTC(2000, 0, 1);
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const LENGTHS: Record<string, number> = { hour: HOUR, minute: MINUTE, second: SECOND, millisecond: 1 };
const MONTHS: Record<string, number> = { year: 12, quarter: 3, month: 1 };

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    try {
      const parts = {
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      } as const;
      format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', era: 'short', ...parts });
    } catch {
      throw new CommandError(40485, `unrecognized time zone identifier: "${zone}"`);
    }
    formats.set(zone, format);
  }
  return format;
}

/** Milliseconds that a zone is ahead of UTC at a moment: an Olson name or +hh[[:]mm]. */
function offsetAt(time: number, zone: string): number {
  const fixed = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * HOUR + Number(fixed[3] ?? 0) * MINUTE);
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  const quarter = Math.floor(time / (15 * MINUTE));
  const key = `${zone}${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const parts = Object.fromEntries(
      formatOf(zone)
        .formatToParts(quarter * 15 * MINUTE)
        .map(({ type, value }) => [type, Number(value)]),
    );
    const wall = Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second);
    offset = wall - quarter * 15 * MINUTE;
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

const toLocal = (time: number, zone: string) => new Date(time + offsetAt(time, zone));

function toUtc(local: number, zone: string): Date {
  const guess = local - offsetAt(local, zone);
  return new Date(local - offsetAt(guess, zone));
}

function zoneOf(value: unknown): string | null {
  if (value === undefined) return 'UTC';
  if (value === null) return null;
  if (typeof value !== 'string')
    throw new CommandError(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  return value;
}

function timeOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (value instanceof ObjectId) return value.getTimestamp().getTime();
  if (value instanceof Timestamp) return value.getHighBits() * SECOND;
  throw new CommandError(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

const dayOfYear = (local: Date) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY) + 1;

/** ISO 8601: the week and year to which the Thursday of this week belongs. */
function isoWeek(local: Date): { week: number; year: number } {
  const thursday = new Date(local.getTime() + (4 - (local.getUTCDay() || 7)) * DAY);
  return { week: Math.ceil(dayOfYear(thursday) / 7), year: thursday.getUTCFullYear() };
}

const week = (local: Date) => Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7);

const PARTS: Record<string, (local: Date) => number> = {
  $year: (local) => local.getUTCFullYear(),
  $month: (local) => local.getUTCMonth() + 1,
  $dayOfMonth: (local) => local.getUTCDate(),
  $dayOfWeek: (local) => local.getUTCDay() + 1,
  $dayOfYear: dayOfYear,
  $hour: (local) => local.getUTCHours(),
  $minute: (local) => local.getUTCMinutes(),
  $second: (local) => local.getUTCSeconds(),
  $millisecond: (local) => local.getUTCMilliseconds(),
  $week: week,
  $isoWeek: (local) => isoWeek(local).week,
  $isoWeekYear: (local) => isoWeek(local).year,
  $isoDayOfWeek: (local) => local.getUTCDay() || 7,
};

const pad = (value: number, size: number) => String(value).padStart(size, '0');

function offsetText(time: number, zone: string): string {
  const minutes = Math.round(offsetAt(time, zone) / MINUTE);
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(ahead / 60), 2)}${pad(ahead % 60, 2)}`;
}

function toText(time: number, zone: string, format: string): string {
  const local = toLocal(time, zone);
  const month = (style: 'short' | 'long') => local.toLocaleString('en-US', { month: style, timeZone: 'UTC' });
  return format.replace(/%(.?)/gs, (_all, letter: string) => {
    switch (letter) {
      case 'Y':
        return pad(local.getUTCFullYear(), 4);
      case 'm':
        return pad(local.getUTCMonth() + 1, 2);
      case 'd':
        return pad(local.getUTCDate(), 2);
      case 'H':
        return pad(local.getUTCHours(), 2);
      case 'M':
        return pad(local.getUTCMinutes(), 2);
      case 'S':
        return pad(local.getUTCSeconds(), 2);
      case 'L':
        return pad(local.getUTCMilliseconds(), 3);
      case 'j':
        return pad(dayOfYear(local), 3);
      case 'w':
        return String(local.getUTCDay() + 1);
      case 'u':
        return String(local.getUTCDay() || 7);
      case 'U':
        return pad(week(local), 2);
      case 'V':
        return pad(isoWeek(local).week, 2);
      case 'G':
        return pad(isoWeek(local).year, 4);
      case 'b':
        return month('short');
      case 'B':
        return month('long');
      case 'z':
        return offsetText(time, zone);
      case 'Z':
        return String(Math.round(offsetAt(time, zone) / MINUTE));
      case '%':
        return '%';
      default:
        throw new CommandError(18536, `Invalid format character '%${letter}' in format string`);
    }
  });
}

function unitOf(value: unknown): string {
  const unit = String(value);
  if (!(unit in LENGTHS) && !(unit in MONTHS) && unit !== 'week' && unit !== 'day')
    throw new CommandError(9, `unknown time unit value: ${unit}`);
  return unit;
}

function startOfWeek(value: unknown): number {
  const day = WEEKDAYS.findIndex(
    (name) =>
      value === undefined || name === String(value).toLowerCase() || name.slice(0, 3) === String(value).toLowerCase(),
  );
  if (day < 0) throw new CommandError(9, `unknown day of week value: ${String(value)}`);
  return day;
}

const monthsOf = (local: Date) => local.getUTCFullYear() * 12 + local.getUTCMonth();

function truncate(time: number, unit: string, zone: string, bin: number, weekStart: number): Date {
  const local = toLocal(time, zone);
  if (unit in MONTHS) {
    const step = (MONTHS[unit] as number) * bin;
    const months = 24_000 + Math.floor((monthsOf(local) - 24_000) / step) * step;
    return toUtc(Date.UTC(Math.floor(months / 12), months % 12, 1), zone);
  }
  if (unit === 'day' || unit === 'week') {
    const from = unit === 'day' ? REFERENCE : REFERENCE + ((weekStart + 1) % 7) * DAY;
    const step = (unit === 'day' ? DAY : 7 * DAY) * bin;
    return toUtc(from + Math.floor((local.getTime() - from) / step) * step, zone);
  }
  const step = (LENGTHS[unit] as number) * bin;
  const from = toUtc(REFERENCE, zone).getTime();
  return new Date(from + Math.floor((time - from) / step) * step);
}

function shift(time: number, unit: string, amount: number, zone: string): Date {
  if (unit in LENGTHS) return new Date(time + amount * (LENGTHS[unit] as number));
  const local = toLocal(time, zone);
  if (unit === 'day' || unit === 'week') return toUtc(local.getTime() + amount * (unit === 'week' ? 7 : 1) * DAY, zone);
  const months = monthsOf(local) + amount * (MONTHS[unit] as number);
  const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
  const day = Date.UTC(Math.floor(months / 12), months % 12, Math.min(local.getUTCDate(), last));
  return toUtc(day + (((local.getTime() % DAY) + DAY) % DAY), zone);
}

function difference(start: number, end: number, unit: string, zone: string, weekStart: number): number {
  const [from, to] = [toLocal(start, zone), toLocal(end, zone)];
  const between = (length: number, origin = 0) =>
    Math.floor((to.getTime() - origin) / length) - Math.floor((from.getTime() - origin) / length);
  if (unit in MONTHS)
    return Math.floor(monthsOf(to) / (MONTHS[unit] as number)) - Math.floor(monthsOf(from) / (MONTHS[unit] as number));
  if (unit === 'week') return between(7 * DAY, REFERENCE + ((weekStart + 1) % 7) * DAY);
  if (unit === 'day') return between(DAY);
  // Time that passed, counted at the start's wall clock: a change to summer time in between adds no hour.
  const [length, offset] = [LENGTHS[unit] as number, offsetAt(start, zone)];
  return Math.floor((end + offset) / length) - Math.floor((start + offset) / length);
}

type Options = Record<string, unknown>;

/** Operators with named options, given their computed values: undefined where an option is absent. */
const BY_OPTIONS: Record<string, (options: Options, zone: string) => unknown> = {
  $dateToString: ({ date, format, onNull = null }, zone) => {
    const time = timeOf(date);
    if (time === null) return onNull;
    if (format === null) return null;
    return toText(
      time,
      zone,
      format === undefined ? (zone === 'UTC' ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L') : String(format),
    );
  },
  $dateTrunc: ({ date, unit, binSize = 1, startOfWeek: first }, zone) => {
    const time = timeOf(date);
    if (!(Number(binSize) >= 1)) throw new CommandError(5439018, '$dateTrunc requires a positive binSize');
    return time === null ? null : truncate(time, unitOf(unit), zone, Number(binSize), startOfWeek(first));
  },
  $dateAdd: ({ startDate, unit, amount }, zone) => shifted(startDate, unit, amount, 1, zone),
  $dateSubtract: ({ startDate, unit, amount }, zone) => shifted(startDate, unit, amount, -1, zone),
  $dateDiff: ({ startDate, endDate, unit, startOfWeek: first }, zone) => {
    const [start, end] = [timeOf(startDate), timeOf(endDate)];
    return start === null || end === null ? null : difference(start, end, unitOf(unit), zone, startOfWeek(first));
  },
  $dateToParts: ({ date, iso8601 }, zone) => {
    const time = timeOf(date);
    if (time === null) return null;
    const local = toLocal(time, zone);
    const clock = {
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      second: local.getUTCSeconds(),
      millisecond: local.getUTCMilliseconds(),
    };
    if (iso8601 === true)
      return {
        isoWeekYear: isoWeek(local).year,
        isoWeek: isoWeek(local).week,
        isoDayOfWeek: local.getUTCDay() || 7,
        ...clock,
      };
    return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate(), ...clock };
  },
  $dateFromParts: (options, zone) => {
    if ('isoWeekYear' in options)
      throw new CommandError(115, '$dateFromParts by ISO weeks is not served by the embedded database');
    const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 } = options;
    const fields = [year, month, day, hour, minute, second, millisecond];
    if (fields.some((field) => field === null || field === undefined)) return null;
    const [y, m, d, h, min, s, ms] = fields.map(Number) as [number, number, number, number, number, number, number];
    return toUtc(Date.UTC(y, m - 1, d, h, min, s, ms), zone);
  },
};

function shifted(date: unknown, unit: unknown, amount: unknown, sign: number, zone: string): Date | null {
  const time = timeOf(date);
  if (time === null || unit === null || amount === null || amount === undefined) return null;
  if (!Number.isInteger(Number(amount)))
    throw new CommandError(5166405, 'the amount of a date operation must be a whole number');
  return shift(time, unitOf(unit), sign * Number(amount), zone);
}

/** Whether an operator is one of these. */
export const isDateOperator = (name: string) => name in PARTS || name in BY_OPTIONS;

/** Computes a date operator on its computed operand: a date, or the document of its options. */
export function computeDate(name: string, operand: unknown): unknown {
  const part = PARTS[name];
  const given = Array.isArray(operand) && operand.length === 1 ? operand[0] : operand;
  const options: Options = isPlain(given) ? given : { date: given };
  const zone = zoneOf(options.timezone);
  if (zone === null) return null;
  if (!part) return (BY_OPTIONS[name] as (options: Options, zone: string) => unknown)(options, zone);
  const time = timeOf(options.date);
  return time === null ? null : part(toLocal(time, zone));
}
