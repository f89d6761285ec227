import { fromLocalTime, type Holiday } from '../../core/index.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

/** What a day is called. */
export function holidayName(t: Translate, { key, name }: Holiday): string {
  return key ? t(`holiday.${key}`) : oneLine(name ?? '', 60);
}

/** `23 Dec 2026: Poya`. */
export function holidayLine(t: Translate, holiday: Holiday): string {
  const [year = 0, month = 0, day = 0] = holiday.date.split('-').map(Number);
  const date = formatDay(t, fromLocalTime({ year, month, day }, 'UTC'), 'UTC');
  const line = `${date}: ${holidayName(t, holiday)}`;
  return holiday.estimated ? t('holiday.estimated', { line }) : line;
}
