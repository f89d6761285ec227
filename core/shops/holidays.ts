import type { LocalTime } from '../time.ts';
import type { Shop } from './shop.model.ts';

/** A day on which marketing waits; `key` has words in bot/i18n under `holiday.<key>`, a day of the shop's own has its name. */
export interface Holiday {
  /** 2026-12-23 */
  readonly date: string;
  readonly key?: string;
  readonly name?: string;
  /** not gazetted when this was written: the owner should look */
  readonly estimated?: boolean;
}

/**
 * Sri Lanka's Poya days and festivals. 2025 as in the Central Bank's list, 2026 as in gazette 2438/22. From 2027 on
 * estimated: Poya is the day on whose evening (18:05 in Colombo) the full moon's tithi, from 168° of elongation on
 * (Meeus, Astronomical Algorithms), has begun: this gives all 25 days of 2025 and 2026; where published forecasts differ both days stand.
 * Muslim festivals follow the sighting of the moon.
 */
const LK = `
2025-01-13 poya 2025-01-14 pongal 2025-02-12 poya 2025-02-26 sivarathri 2025-03-13 poya 2025-03-31 ramazan 2025-04-12 poya 2025-04-13 newYear
2025-04-14 newYear 2025-04-18 goodFriday 2025-05-12 vesak 2025-05-13 vesak 2025-06-07 hadji 2025-06-10 poya 2025-07-10 poya 2025-08-08 poya
2025-09-05 milad 2025-09-07 poya 2025-10-06 poya 2025-10-20 deepavali 2025-11-05 poya 2025-12-04 poya 2025-12-25 christmas
2026-01-03 poya 2026-01-15 pongal 2026-02-01 poya 2026-02-15 sivarathri 2026-03-02 poya 2026-03-21 ramazan 2026-04-01 poya 2026-04-03 goodFriday
2026-04-13 newYear 2026-04-14 newYear 2026-05-01 vesak 2026-05-02 vesak 2026-05-28 hadji 2026-05-30 poya 2026-06-29 poya 2026-07-29 poya
2026-08-26 milad 2026-08-27 poya 2026-09-26 poya 2026-10-25 poya 2026-11-08 deepavali 2026-11-24 poya 2026-12-23 poya 2026-12-25 christmas
2027-01-15 pongal 2027-01-22 poya 2027-02-20 poya 2027-03-06 sivarathri 2027-03-10 ramazan 2027-03-21 poya 2027-03-22 poya 2027-03-26 goodFriday
2027-04-13 newYear 2027-04-14 newYear 2027-04-20 poya 2027-05-17 hadji 2027-05-19 vesak 2027-05-20 vesak 2027-05-21 vesak 2027-06-18 poya
2027-07-18 poya 2027-08-15 milad 2027-08-16 poya 2027-09-15 poya 2027-10-15 poya 2027-10-28 deepavali 2027-11-13 poya 2027-12-13 poya
2027-12-25 christmas
2028-01-11 poya 2028-01-15 pongal 2028-02-10 poya 2028-02-23 sivarathri 2028-02-27 ramazan 2028-03-10 poya 2028-04-09 poya 2028-04-12 newYear
2028-04-13 newYear 2028-04-14 goodFriday 2028-05-05 hadji 2028-05-08 vesak 2028-05-09 vesak 2028-06-06 poya 2028-07-06 poya 2028-08-03 milad
2028-08-04 poya 2028-09-03 poya 2028-10-03 poya 2028-10-17 deepavali 2028-11-01 poya 2028-12-01 poya 2028-12-25 christmas 2028-12-31 poya`;
const GAZETTED_UNTIL = '2026-12-31';
/** Of these the day does not move. */
const FIXED: ReadonlySet<string> = new Set(['goodFriday', 'christmas']);

const CALENDARS: Readonly<Record<string, ReadonlyMap<string, Holiday>>> = {
  LK: new Map(
    [...LK.matchAll(/(\S+) (\S+)/g)].map(([, date = '', key = '']) => [
      date,
      { date, key, ...(date > GAZETTED_UNTIL && !FIXED.has(key) ? { estimated: true } : {}) },
    ]),
  ),
};

type Days = Partial<Pick<Shop, 'country' | 'holidays'>>;

/** The holiday that a day is for people in this country; null: none. */
export function holidayOn({ holidays }: Days, country: string, day: string): Holiday | null {
  const own = holidays?.added.find(({ date }) => date === day);
  if (own) return own;
  return holidays?.removed.includes(day) ? null : (CALENDARS[country]?.get(day) ?? null);
}

/** The shop's holidays from a day on, by date. */
export function listHolidays(shop: Days, from: string, limit: number): Holiday[] {
  const own = shop.holidays?.added ?? [];
  const days = new Set([...(CALENDARS[shop.country ?? '']?.keys() ?? []), ...own.map(({ date }) => date)]);
  return [...days]
    .filter((date) => date >= from)
    .sort()
    .flatMap((date) => holidayOn(shop, shop.country ?? '', date) ?? [])
    .slice(0, limit);
}

/** 2026-12-23. */
export function dayOf({ year, month, day }: Pick<LocalTime, 'year' | 'month' | 'day'>): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
