import { GB } from 'chrono-node/en';
import { DateTime } from 'luxon';
import { fromLocalTime, type Shop } from '../../core/index.ts';
import { readDateWords } from '../reports/dateWords.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The moment that words name in any language on the shop's clock, day first; a day without an hour means when offers may leave. null: not understood. */
export function readWhen(words: string, now: Date, shop: Pick<Shop, 'timeZone' | 'sendingHours'>): Date | null {
  const text = readDateWords(words)
    .replace(/\bm(\d{1,2})\b/g, (_, month: string) => MONTHS[Number(month) - 1] ?? '')
    .replace(/\bw([1-7])\b/g, (_, weekday: string) => WEEKDAYS[Number(weekday) - 1] ?? '');
  const timezone = DateTime.fromJSDate(now, { zone: shop.timeZone }).offset;
  const [found] = GB.parse(text, { instant: now, timezone }, { forwardDate: true });
  if (!found || found.end) return null;
  const { start } = found;
  const [year, month, day] = [start.get('year'), start.get('month'), start.get('day')];
  if (year === null || month === null || day === null) return null;
  const timed = start.isCertain('hour');
  const hour = timed ? (start.get('hour') ?? 0) : shop.sendingHours.from;
  const minute = timed ? (start.get('minute') ?? 0) : 0;
  return fromLocalTime({ year, month, day, hour, minute }, shop.timeZone);
}
