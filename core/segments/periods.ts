import { z } from 'zod';

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Unit = (typeof UNITS)[number];
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const MOST: Record<string, number> = { D: 9999, W: 1500, M: 1200, Y: 100 };
const DURATION = /^P([1-9]\d{0,3})([DWMY])$/;
const EARLIEST_YEAR = 1900;
const LATEST_YEAR = 2199;

/** A span of whole days in the owner's unit, ISO 8601: `P90D`, `P2W`, `P6M`, `P1Y`. */
export const durationSchema = z.string().refine((text) => {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  return Number(count) <= (MOST[unit] ?? 0) && count !== '';
});

/** `P90D` in its parts; only for what the schema has let through. */
export function readDuration(duration: string): { count: number; unit: 'day' | 'week' | 'month' | 'year' } {
  const [, count = '0', letter = 'D'] = DURATION.exec(duration) ?? [];
  const unit = ({ D: 'day', W: 'week', M: 'month', Y: 'year' } as const)[letter] ?? 'day';
  return { count: Number(count), unit };
}

const year = z.int().min(EARLIEST_YEAR).max(LATEST_YEAR);
const offset = z.int().min(-1200).max(1200);
const unit = z.enum(UNITS);
const month = z.int().min(1).max(12);

const isoDay = z.iso.date().refine((day) => {
  const written = Number(day.slice(0, 4));
  return written >= EARLIEST_YEAR && written <= LATEST_YEAR;
});

/** A day of each month that has so many, in a leap year: 29 February is one. */
const monthDay = z
  .strictObject({ month, dom: z.int().min(1).max(31) })
  .refine(({ month: number, dom }) => dom <= new Date(Date.UTC(2024, number, 0)).getUTCDate());

/**
 * DATE: a day of the shop's calendar, absolute or told from today. `{ago: "P90D"}` is the day 90 days before today,
 * `{days: -1}` yesterday, `{weekday: "FR"}` the latest Friday up to today, with `week` that of this (0), the last (-1)
 * or the next week; `{month, dom}` the latest such day up to today; `{start_of: "month", offset: 0}` the first of this month.
 */
export const dateSchema = z.union([
  isoDay,
  z.strictObject({ ago: durationSchema }),
  z.strictObject({ ahead: durationSchema }),
  z.strictObject({ days: z.int().min(-9999).max(9999) }),
  z.strictObject({ weekday: z.enum(WEEKDAYS), week: z.int().min(-1500).max(1500).optional() }),
  monthDay,
  z.strictObject({ start_of: unit, offset }),
  z.strictObject({ end_of: unit, offset }),
]);
export type DatePoint = z.infer<typeof dateSchema>;

/**
 * PERIOD: whole days of the shop's calendar. `{last: "P90D"}` are the 90 days of which today is the last, `{next}` those
 * of which today is the first, `{calendar: "month", offset: -1}` the whole of last month; a month or quarter without a year
 * is the latest that has begun; `from`, `to`, `since`, `until` and `on` hold the days they name.
 */
export const periodSchema = z.union([
  z.strictObject({ last: durationSchema }),
  z.strictObject({ next: durationSchema }),
  z.strictObject({ calendar: unit, offset }),
  z.strictObject({ month, year: year.optional() }),
  z.strictObject({ quarter: z.int().min(1).max(4), year: year.optional() }),
  z.strictObject({ year }),
  z
    .strictObject({ from: dateSchema, to: dateSchema })
    .refine(({ from, to }) => typeof from === 'object' || typeof to === 'object' || from <= to),
  z.strictObject({ since: dateSchema }),
  z.strictObject({ until: dateSchema }),
  z.strictObject({ on: dateSchema }),
]);
export type RelativePeriod = z.infer<typeof periodSchema>;
