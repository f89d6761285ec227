import type { ReportSpan, ScheduleRule } from '../../core/index.ts';
import { readDateWords } from './dateWords.ts';

/** When a report shall come, and what it covers. */
export interface ScheduleWish {
  rule: ScheduleRule;
  span: ReportSpan;
}

const WORKING_DAYS = [1, 2, 3, 4, 5];
const DEFAULT_HOUR = 9;
const LAST_COMMON_DAY = 28;
const MOST_DAYS = 3660;

/**
 * Reads "every Monday at 9", "every weekday 8:30 am", "30 days, monthly on the 1st at 7 pm" in any language; without a time
 * at 9, without a span what has passed since the report before. null when a word is not understood.
 */
export function readSchedule(words: string): ScheduleWish | null {
  const text = { rest: ` ${readDateWords(words)} ` };
  const span = takeSpan(text);
  take(text, / this(?= every )/);
  const said = takeTime(text, CLEAR_TIMES);
  // "every evening at 6" is every day's
  if (said) text.rest = text.rest.replace(/ every +$/, ' every day ');
  const days = takeDays(text);
  const time = said ?? takeTime(text, [BARE_HOUR]) ?? { hour: DEFAULT_HOUR, minute: 0 };
  if (!days || time === 'wrong' || text.rest.trim()) return null;
  return { rule: { ...time, ...days }, span: span ?? usualSpan(days) };
}

/** Text that is taken apart piece by piece: what is left in the end was not understood. */
interface Remaining {
  rest: string;
}

function take(text: Remaining, pattern: RegExp): RegExpExecArray | null {
  const match = pattern.exec(text.rest);
  if (match) text.rest = `${text.rest.slice(0, match.index)} ${text.rest.slice(match.index + match[0].length)}`;
  return match;
}

function takeSpan(text: Remaining): ReportSpan | null {
  const match = take(text, /(?<!every) (?:last )?(\d{1,4}) (day|week|month|year) /);
  if (!match) return null;
  const count = Number(match[1]);
  if (match[2] === 'month' || match[2] === 'year') return span('month', count * (match[2] === 'year' ? 12 : 1));
  return span('day', count * (match[2] === 'week' ? 7 : 1));
}

function span(unit: ReportSpan['unit'], count: number): ReportSpan | null {
  return count > 0 && count * (unit === 'month' ? 30 : 1) <= MOST_DAYS ? { unit, count } : null;
}

type Days = Pick<ScheduleRule, 'weekdays' | 'monthDay'>;

function takeDays(text: Remaining): Days | null {
  const monthly =
    take(text, / (?:day )?(first|\d{1,2}) (?:day )?(?:every|this)? ?month /) ??
    take(text, / every month(?: day)?(?: (first|\d{1,2}))?(?: day)?(?= )/);
  if (monthly) return onMonthDay(monthly[1]);
  if (take(text, / (?:every )?weekday /)) return { weekdays: WORKING_DAYS };
  if (/ w[1-7] /.test(text.rest)) return onWeekdays(text);
  if (take(text, / every week /)) return { weekdays: [1] };
  return take(text, / every day /) ? {} : null;
}

function onMonthDay(word: string | undefined): Days | null {
  const monthDay = word === undefined || word === 'first' ? 1 : Number(word);
  return monthDay >= 1 && monthDay <= LAST_COMMON_DAY ? { monthDay } : null;
}

function onWeekdays(text: Remaining): Days {
  take(text, / every (?:week )?/);
  const weekdays = new Set<number>();
  for (;;) {
    const day = take(text, / w([1-7])(?= )/);
    if (!day) return { weekdays: [...weekdays].sort() };
    weekdays.add(Number(day[1]));
    take(text, / every (?=.* w[1-7] )/);
  }
}

/** Hours that can be nothing else, their half of the day before or after them. */
const CLEAR_TIMES = [
  / (?:at )?(?<before>am|pm) (?:at )?(?<hour>\d{1,2})(?:[:.](?<minute>\d{2}))?(?: at)?(?= )/,
  / (?:at )?(?<hour>\d{1,2})(?:[:.](?<minute>\d{2}))? (?<after>am|pm)(?= )/,
  / (?:at )?(?<hour>\d{1,2})[:.](?<minute>\d{2})(?: at)?(?= )/,
  / at (?<hour>\d{1,2})(?= )/,
  / (?<hour>\d{1,2}) at(?= )/,
];
const BARE_HOUR = / (?<hour>\d{1,2})(?= )/;

/** The first of these patterns that fits; null: none does. */
function takeTime(text: Remaining, patterns: RegExp[]): { hour: number; minute: number } | 'wrong' | null {
  const groups = patterns.map((pattern) => take(text, pattern)).find(Boolean)?.groups;
  if (!groups) return null;
  const half = groups.before ?? groups.after;
  const hour = Number(groups.hour);
  const minute = Number(groups.minute ?? 0);
  if (minute > 59 || hour > 23 || (half && hour === 0)) return 'wrong';
  return { hour: half && hour <= 12 ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, minute };
}

/** What passed since the report before. */
function usualSpan({ weekdays, monthDay }: Days): ReportSpan {
  if (monthDay !== undefined) return { unit: 'month', count: 1 };
  return { unit: 'day', count: weekdays && weekdays.length < WORKING_DAYS.length ? 7 : 1 };
}
