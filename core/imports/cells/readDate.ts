import { fromLocalTime } from '../../time.ts';

/** Which of two leading numbers is the day, 3/4/2024. */
export type DateOrder = 'dmy' | 'mdy';

/** What a column's cells say about the order: cells where only one reading is a date, cells where both are and differ, cells that are no date. */
export interface DateEvidence {
  dmy: number;
  mdy: number;
  either: number;
  unreadable: number;
  total: number;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  /** milliseconds since midnight */
  time: number;
  /** minutes ahead of UTC, where the cell says so */
  offset: number | null;
}

const TIME = String.raw`(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?${TIME}$`, 'i');
const NUMBERS = new RegExp(String.raw`^(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})${TIME}$`, 'i');
const DAY_NAME = new RegExp(
  String.raw`^(\d{1,2})(?:st|nd|rd|th)?[-/. ,]*([\p{L}\p{M}]{3,})[-/. ,]*(\d{4}|\d{2})${TIME}$`,
  'iu',
);
const NAME_DAY = new RegExp(
  String.raw`^([\p{L}\p{M}]{3,})[-/. ,]*(\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4})${TIME}$`,
  'iu',
);
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?$/;
const SERIAL = /^\d{5}(?:\.\d+)?$/;
const UNIX = /^[1-4]\d{9}(?:\d{3})?$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+/i;

const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ජන', 'ஜன'],
  ['feb', 'පෙබ', 'பிப்'],
  ['mar', 'මාර්', 'மார்'],
  ['apr', 'අප්', 'ஏப்'],
  ['may', 'මැයි', 'மே'],
  ['jun', 'ජූනි', 'ஜூன்'],
  ['jul', 'ජූලි', 'ජුලි', 'ஜூலை'],
  ['aug', 'අගෝ', 'ஆக'],
  ['sep', 'සැප්', 'செப்'],
  ['oct', 'ඔක්', 'அக்'],
  ['nov', 'නොවැ', 'நவ'],
  ['dec', 'දෙසැ', 'டிச'],
];

/** Reads dates of one column: milliseconds since 1970, NaN where a cell is none. Without a zone in the cell it is the shop's clock; `order` null takes day first. */
export function dateReader(order: DateOrder | null, timeZone: string): (text: string) => number {
  const offsets = new Map<number, number | null>();
  const offsetOf = (day: number, parts: Parts): number | null => {
    const known = offsets.get(day);
    if (known !== undefined) return known;
    // Days on which the clocks change are worked out moment by moment; all others have one offset.
    const from = day - fromLocalTime(parts, timeZone).getTime();
    const to = day + DAY_MS - fromLocalTime({ ...parts, day: parts.day + 1 }, timeZone).getTime();
    const offset = from === to ? from : null;
    offsets.set(day, offset);
    return offset;
  };
  return (text) => {
    const parts = readParts(text, order ?? 'dmy');
    if (!parts) return Number.NaN;
    const day = Date.UTC(parts.year, parts.month - 1, parts.day);
    if (parts.offset !== null) return day + parts.time - parts.offset * 60_000;
    const offset = offsetOf(day, parts);
    if (offset !== null) return day + parts.time - offset;
    const minute = Math.floor(parts.time / 60_000);
    return fromLocalTime({ ...parts, minute }, timeZone).getTime() + (parts.time % 60_000);
  };
}

/** Reads a day without a time (a birthday): midnight UTC in milliseconds, NaN where it is none or lies after `latest`. */
export function readDay(text: string, order: DateOrder | null, latest: number): number {
  const parts = readParts(text, order ?? 'dmy');
  if (!parts) return Number.NaN;
  const at = Date.UTC(parts.year, parts.month - 1, parts.day);
  if (at <= latest) return at;
  // 4/3/45 is nobody's birthday of the future.
  return /\d{4}/.test(text) ? Number.NaN : Date.UTC(parts.year - 100, parts.month - 1, parts.day);
}

/** Counts a column's evidence for day first and month first. */
export function weighDates(cells: Iterable<string>): DateEvidence {
  const evidence: DateEvidence = { dmy: 0, mdy: 0, either: 0, unreadable: 0, total: 0 };
  for (const cell of cells) {
    if (cell.trim() === '') continue;
    evidence.total += 1;
    const dmy = readParts(cell, 'dmy');
    const mdy = readParts(cell, 'mdy');
    if (!dmy && !mdy) evidence.unreadable += 1;
    else if (!mdy) evidence.dmy += 1;
    else if (!dmy) evidence.mdy += 1;
    else if (dmy.month !== mdy.month) evidence.either += 1;
  }
  return evidence;
}

/** The order a column's cells agree on: `any` where it makes no difference, null where it cannot be told. */
export function decideDateOrder(evidence: DateEvidence): DateOrder | 'any' | null {
  if (evidence.dmy === 0 && evidence.mdy === 0) return evidence.either === 0 ? 'any' : null;
  return evidence.dmy >= evidence.mdy ? 'dmy' : 'mdy';
}

const DAY_MS = 86_400_000;
/** 1899-12-30, day 0 of a spreadsheet's serial dates. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

function readParts(cell: string, order: DateOrder): Parts | null {
  const text = cell.trim().replace(WEEKDAY, '');
  let m = YEAR_FIRST.exec(text);
  if (m) return parts(Number(m[1]), Number(m[2]), Number(m[3]), m, 4);
  m = NUMBERS.exec(text);
  if (m) {
    const [first, second] = [Number(m[1]), Number(m[2])];
    return order === 'dmy' ? parts(fullYear(m[3]), second, first, m, 4) : parts(fullYear(m[3]), first, second, m, 4);
  }
  m = DAY_NAME.exec(text);
  if (m) return parts(fullYear(m[3]), monthOf(m[2]), Number(m[1]), m, 4);
  m = NAME_DAY.exec(text);
  if (m) return parts(fullYear(m[3]), monthOf(m[1]), Number(m[2]), m, 4);
  m = COMPACT.exec(text);
  if (m) return parts(Number(m[1]), Number(m[2]), Number(m[3]), m, 4);
  if (SERIAL.test(text)) return fromUtc(SERIAL_EPOCH + Math.round(Number(text) * 86_400) * 1000, null);
  if (UNIX.test(text)) return fromUtc(Number(text) * (text.length === 10 ? 1000 : 1), 0);
  return null;
}

function parts(year: number, month: number, day: number, m: RegExpExecArray, time: number): Parts | null {
  if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const [hour, minute, second] = [Number(m[time] ?? 0), Number(m[time + 1] ?? 0), Number(m[time + 2] ?? 0)];
  const half = m[time + 4]?.[0]?.toLowerCase();
  if (minute > 59 || second > 59 || hour > 23 || (half && (hour < 1 || hour > 12))) return null;
  const hours = half ? (hour % 12) + (half === 'p' ? 12 : 0) : hour;
  const milli = Math.floor(Number(`0.${m[time + 3] ?? 0}`) * 1000);
  return {
    year,
    month,
    day,
    time: ((hours * 60 + minute) * 60 + second) * 1000 + milli,
    offset: offsetMinutes(m[time + 5]),
  };
}

function fromUtc(at: number, offset: number | null): Parts | null {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  if (year < 1900 || year > 2100) return null;
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    time: at - Math.floor(at / DAY_MS) * DAY_MS,
    offset,
  };
}

function offsetMinutes(zone: string | undefined): number | null {
  if (!zone) return null;
  const m = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!m) return 0;
  return (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3]));
}

function fullYear(text = ''): number {
  const year = Number(text);
  return text.length === 4 ? year : year < 70 ? 2000 + year : 1900 + year;
}

function monthOf(word = ''): number {
  const folded = word.normalize('NFC').toLowerCase();
  return MONTHS.findIndex((starts) => starts.some((start) => folded.startsWith(start))) + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
