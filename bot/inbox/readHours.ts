import type { BusinessHours, DayHours } from '../../core/index.ts';
import { readDateWords } from '../reports/dateWords.ts';
import { inEveryLanguage } from '../translate.ts';

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const DAY_MINUTES = 24 * 60;
/** A word that is no day misspelt must not make every day of it. */
const KNOWN = /^(?:w[1-7]|\d{1,2}(?:[:.]\d{2})?|to|from|every|day|weekday|at|am|pm|[–—-])$/;
const TIME = /(\d{1,2})(?:[:.](\d{2}))?(?: (am|pm))?/g;

/** Reads business hours in any language: `mon-fri 9-18, sat 9-13`, `every day 8am to 8pm`, `sunday closed`; days not named are closed. null: not understood. */
export function readHours(text: string): BusinessHours | null {
  const days: DayHours[] = WEEK.map(() => null);
  const parts = text.split(/[,;\n]+/).filter((part) => part.trim() !== '');
  for (const part of parts) {
    const read = readPart(part);
    if (!read) return null;
    for (const day of read.days) days[day - 1] = read.hours;
  }
  return parts.length > 0 ? days : null;
}

function readPart(part: string): { days: number[]; hours: DayHours } | null {
  // Between two words a hyphen stands for "to".
  const words = readDateWords(
    part.replace(/([\p{L}\p{M}])-(?=\p{L})/gu, '$1 to ').replace(/(\d)\s*-\s*(?=\d)/g, '$1 to '),
  );
  const others = words.split(' ').filter((word) => !KNOWN.test(word));
  if (!others.every((word) => CLOSED.some((closed) => word.startsWith(closed)))) return null;
  const days = readDays(words);
  if (others.length > 0) return { days, hours: null };
  const [from, to, third] = [...words.replace(/\bw[1-7]\b/g, ' ').matchAll(TIME)].map(minutesOf);
  if (from === undefined || to === undefined || third !== undefined) return null;
  // "9-6" is from nine in the morning to six in the evening.
  const end = to <= from && to <= DAY_MINUTES / 2 ? to + DAY_MINUTES / 2 : to;
  return from < end && end <= DAY_MINUTES ? { days, hours: { from, to: end } } : null;
}

/** No day at all, or "every day", is every day. */
function readDays(words: string): number[] {
  if (/\bweekday\b/.test(words)) return [1, 2, 3, 4, 5];
  const named = [...words.matchAll(/\bw([1-7])\b/g)].map(([, day]) => Number(day));
  const [first, last] = named;
  if (first === undefined) return WEEK;
  if (
    named.length === 2 &&
    last !== undefined &&
    /\bw[1-7](?: to)? to w[1-7]\b|\bto w[1-7] w[1-7]\b|\bw[1-7] w[1-7] to\b/.test(words)
  )
    return first <= last ? WEEK.slice(first - 1, last) : [...WEEK.slice(first - 1), ...WEEK.slice(0, last)];
  return named;
}

function minutesOf([, hour, minute = '0', half]: RegExpMatchArray): number {
  const clock = Number(hour);
  const hours = half === 'pm' && clock < 12 ? clock + 12 : half === 'am' && clock === 12 ? 0 : clock;
  return hours * 60 + Number(minute);
}

const CLOSED = inEveryLanguage('hours.closedWords').flatMap((words) => words.split('|'));
