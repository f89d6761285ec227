import { ObjectId, Timestamp } from 'bson';
import { CommandError } from './errors.ts';
import { wholeOf } from './numbers.ts';
import type { Doc } from './rawBson.ts';
import { isMissing, typeName } from './values.ts';

// MongoDB's date operators. A local time is a Date whose UTC fields are the wall clock's in its time zone.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  try {
    format ??= new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    throw new CommandError(40485, `unrecognized time zone identifier: "${zone}"`);
  }
  formats.set(zone, format);
  return format;
}

/** Milliseconds that a zone is ahead of UTC at a moment: an Olson name or +hh[[:]mm]. */
function offsetAt(time: number, zone: string): number {
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  const fixed = /^[+-]\d\d(:?\d\d)?$/.test(zone);
  const quarter = Math.floor(time / (15 * MINUTE));
  const key = fixed ? zone : `${zone}${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const parts = fixed ? [] : formatOf(zone).formatToParts(quarter * 15 * MINUTE);
    const text = fixed ? zone : (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
    const [, sign, hours, minutes = 0, seconds = 0] = /([+-])(\d\d):?(\d\d)?:?(\d\d)?$/.exec(text) ?? [];
    const ahead = Number(hours ?? 0) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
    offset = sign === '-' ? -ahead : ahead;
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

const toLocal = (time: number, zone: string) => new Date(time + offsetAt(time, zone));

function zoneOf(value: unknown, code: number): string | null {
  if (value === undefined) return 'UTC';
  if (value === null) return null;
  if (typeof value !== 'string')
    throw new CommandError(code, `timezone must evaluate to a string, found ${typeName(value)}`);
  return value;
}

function timeOf(value: unknown): number | null {
  if (isMissing(value)) return null;
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

const PARTS: Record<string, (local: Date) => unknown> = {
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
  $isoWeekYear: (local) => wholeOf(BigInt(isoWeek(local).year), true),
  $isoDayOfWeek: (local) => local.getUTCDay() || 7,
};

const pad = (value: number, size: number) => String(value).padStart(size, '0');

function offsetText(time: number, zone: string): string {
  const minutes = Math.round(offsetAt(time, zone) / MINUTE);
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(ahead / 60), 2)}${pad(ahead % 60, 2)}`;
}

/** What stands in a format for each letter after a %. */
const LETTERS: Record<string, (local: Date, time: number, zone: string) => string> = {
  Y: (local) => pad(local.getUTCFullYear(), 4),
  m: (local) => pad(local.getUTCMonth() + 1, 2),
  d: (local) => pad(local.getUTCDate(), 2),
  H: (local) => pad(local.getUTCHours(), 2),
  M: (local) => pad(local.getUTCMinutes(), 2),
  S: (local) => pad(local.getUTCSeconds(), 2),
  L: (local) => pad(local.getUTCMilliseconds(), 3),
  j: (local) => pad(dayOfYear(local), 3),
  w: (local) => String(local.getUTCDay() + 1),
  u: (local) => String(local.getUTCDay() || 7),
  U: (local) => pad(week(local), 2),
  V: (local) => pad(isoWeek(local).week, 2),
  G: (local) => pad(isoWeek(local).year, 4),
  b: (local) => local.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' }),
  B: (local) => local.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' }),
  z: (_local, time, zone) => offsetText(time, zone),
  Z: (_local, time, zone) => String(Math.round(offsetAt(time, zone) / MINUTE)),
  '%': () => '%',
};

/** $dateToString. */
function dateToString({ format }: Doc, time: number, zone: string): string | null {
  if (format === null) return null;
  if (format !== undefined && typeof format !== 'string')
    throw new CommandError(18533, `$dateToString requires that 'format' be a string, found: ${typeName(format)}`);
  const local = toLocal(time, zone);
  return (format ?? `%Y-%m-%dT%H:%M:%S.%L${zone === 'UTC' ? 'Z' : ''}`).replace(/%(.?)/gs, (_all, letter: string) => {
    const write = LETTERS[letter];
    if (!write) throw new CommandError(18536, `Invalid format character '%${letter}' in format string`);
    return write(local, time, zone);
  });
}

/** Computes a date operator from its arguments: `date` and the others that it takes. Null where the date or its zone is. */
export function computeDate(name: string, options: Doc): unknown {
  const time = timeOf(options.date);
  const zone = zoneOf(options.timezone, name in PARTS ? 40533 : 40517);
  if (time === null) return options.onNull ?? null;
  if (zone === null) return null;
  if (name === '$dateToString') return dateToString(options, time, zone);
  return (PARTS[name] as (local: Date) => unknown)(toLocal(time, zone));
}

/** Whether an operator is one of these. */
export const isDateOperator = (name: string) => name in PARTS || name === '$dateToString';
