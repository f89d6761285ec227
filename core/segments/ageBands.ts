import { localDay } from '../time.ts';

/** Bands of age in whole years, both ends in; the last has no end. */
export const AGE_BANDS: readonly (readonly [from: number, to: number])[] = [
  [0, 17],
  [18, 24],
  [25, 34],
  [35, 44],
  [45, 54],
  [55, 64],
  [65, Number.POSITIVE_INFINITY],
];

/** `25-34`; the last is `65+`. */
export function ageBandName([from, to]: readonly [number, number]): string {
  return Number.isFinite(to) ? `${from}-${to}` : `${from}+`;
}

const DAY_MS = 24 * 3600_000;

/**
 * The birthdays of who is so many years old, both ends in, on the shop's day. Birthdays are midnights in UTC; who was
 * born on 29 February grows older on 1 March.
 */
export function birthdaysOf(
  [from, to]: readonly [number, number],
  now: Date,
  timeZone: string,
): { $gt?: Date; $lte: Date } {
  const today = new Date(localDay(now, timeZone) * DAY_MS);
  const youngest = yearsBefore(today, from);
  return Number.isFinite(to) ? { $gt: yearsBefore(today, to + 1), $lte: youngest } : { $lte: youngest };
}

function yearsBefore(today: Date, years: number): Date {
  const [year, month] = [today.getUTCFullYear() - years, today.getUTCMonth()];
  // On 29 February, other years end it a day earlier.
  return new Date(Math.min(Date.UTC(year, month, today.getUTCDate()), Date.UTC(year, month + 1, 0)));
}
