import { fromLocalTime, toLocalTime } from '../time.ts';
import type { Shop } from './shop.model.ts';

/** When people of the shop answer on a weekday, minutes of the day [from, to); null: not at all. */
export type DayHours = { from: number; to: number } | null;
/** Monday to Sunday. */
export type BusinessHours = readonly DayHours[];

type Hours = Pick<Shop, 'timeZone' | 'businessHours'>;

const DAYS_AHEAD = 15;

/** Whether people of the shop answer at this moment; always, where no hours are set. */
export function isOpen({ timeZone, businessHours }: Hours, at: Date): boolean {
  if (!businessHours) return true;
  const { weekday, hour, minute } = toLocalTime(at, timeZone);
  const hours = businessHours[weekday - 1];
  const now = hour * 60 + minute;
  return Boolean(hours && now >= hours.from && now < hours.to);
}

/** The first opening after a moment; null: none within two weeks. */
export function nextOpening({ timeZone, businessHours }: Hours, after: Date): Date | null {
  const { year, month, day, weekday } = toLocalTime(after, timeZone);
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead++) {
    const hours = businessHours?.[(weekday - 1 + ahead) % 7];
    if (!hours) continue;
    const hour = Math.floor(hours.from / 60);
    const opening = fromLocalTime({ year, month, day: day + ahead, hour, minute: hours.from % 60 }, timeZone);
    if (opening > after) return opening;
  }
  return null;
}
