import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { DatePoint, RelativePeriod } from '../../../../core/segments/periods.ts';
import {
  type Interval,
  type Moment,
  resolveAnniversaries,
  resolveDates,
  resolvePeriod,
} from '../../../../core/segments/rule/resolvePeriod.ts';

/** Saturday 21 November 2026, 10:00 in Colombo. */
const colombo: Moment = { now: new Date('2026-11-21T04:30:00Z'), timeZone: 'Asia/Colombo' };
const newYork: Moment = { now: new Date('2026-11-03T03:00:00Z'), timeZone: 'America/New_York' };

function days({ from, to }: Interval, { timeZone }: Moment): (string | null)[] {
  return [from, to].map((at) => {
    if (!at) return null;
    const local = DateTime.fromJSDate(at, { zone: timeZone });
    expect(local.toMillis()).toBe(local.startOf('day').toMillis());
    return local.toISODate();
  });
}

const PERIODS: [RelativePeriod, from: string | null, to: string | null][] = [
  [{ last: 'P90D' }, '2026-08-24', '2026-11-22'],
  [{ last: 'P2W' }, '2026-11-08', '2026-11-22'],
  [{ last: 'P6M' }, '2026-05-22', '2026-11-22'],
  [{ last: 'P1Y' }, '2025-11-22', '2026-11-22'],
  [{ next: 'P7D' }, '2026-11-21', '2026-11-28'],
  [{ next: 'P1M' }, '2026-11-21', '2026-12-21'],
  [{ calendar: 'day', offset: 0 }, '2026-11-21', '2026-11-22'],
  [{ calendar: 'week', offset: 0 }, '2026-11-16', '2026-11-23'],
  [{ calendar: 'week', offset: 1 }, '2026-11-23', '2026-11-30'],
  [{ calendar: 'month', offset: 0 }, '2026-11-01', '2026-12-01'],
  [{ calendar: 'month', offset: -11 }, '2025-12-01', '2026-01-01'],
  [{ calendar: 'quarter', offset: 0 }, '2026-10-01', '2027-01-01'],
  [{ calendar: 'quarter', offset: -4 }, '2025-10-01', '2026-01-01'],
  [{ calendar: 'year', offset: -1 }, '2025-01-01', '2026-01-01'],
  [{ month: 11 }, '2026-11-01', '2026-12-01'],
  [{ month: 12 }, '2025-12-01', '2026-01-01'],
  [{ month: 2, year: 2024 }, '2024-02-01', '2024-03-01'],
  [{ quarter: 4 }, '2026-10-01', '2027-01-01'],
  [{ quarter: 1, year: 2025 }, '2025-01-01', '2025-04-01'],
  [{ year: 2025 }, '2025-01-01', '2026-01-01'],
  [{ from: '2026-01-01', to: '2026-03-31' }, '2026-01-01', '2026-04-01'],
  [{ from: { ago: 'P30D' }, to: { days: 0 } }, '2026-10-23', '2026-11-22'],
  [{ since: '2026-10-01' }, '2026-10-01', null],
  [{ since: { ago: 'P90D' } }, '2026-08-24', null],
  [{ since: { start_of: 'quarter', offset: 0 } }, '2026-10-01', null],
  [{ until: { days: -1 } }, null, '2026-11-21'],
  [{ on: { days: -1 } }, '2026-11-20', '2026-11-21'],
];

const POINTS: [DatePoint, day: string][] = [
  ['2026-10-01', '2026-10-01'],
  [{ ago: 'P90D' }, '2026-08-23'],
  [{ ago: 'P6M' }, '2026-05-21'],
  [{ ahead: 'P7D' }, '2026-11-28'],
  [{ days: 1 }, '2026-11-22'],
  [{ weekday: 'SA' }, '2026-11-21'],
  [{ weekday: 'SU' }, '2026-11-15'],
  [{ weekday: 'TU', week: 1 }, '2026-11-24'],
  [{ weekday: 'MO', week: 0 }, '2026-11-16'],
  [{ month: 1, dom: 1 }, '2026-01-01'],
  [{ month: 12, dom: 25 }, '2025-12-25'],
  [{ month: 2, dom: 29 }, '2024-02-29'],
  [{ start_of: 'week', offset: 0 }, '2026-11-16'],
  [{ end_of: 'month', offset: 0 }, '2026-11-30'],
  [{ end_of: 'year', offset: -1 }, '2025-12-31'],
];

describe('a relative period', () => {
  it.each(PERIODS)('%j', (period, from, to) => {
    expect(days(resolvePeriod(period, colombo), colombo)).toEqual([from, to]);
  });

  it.each(POINTS)('the day %j', (date, day) => {
    const on = resolvePeriod({ on: date }, colombo);
    expect(days(on, colombo)[0]).toBe(day);
    expect(on.to?.getTime()).toBe((on.from?.getTime() ?? 0) + 24 * 3600_000);
  });

  it('goes by the shop’s clocks, whose days are 23 to 25 hours long', () => {
    // In New York it is still the evening of 2 November; the clocks went back on the 1st.
    const lastDays = resolvePeriod({ last: 'P3D' }, newYork);
    expect(lastDays.from?.toISOString()).toBe('2026-10-31T04:00:00.000Z');
    expect(lastDays.to?.toISOString()).toBe('2026-11-03T05:00:00.000Z');
    const march = resolvePeriod({ month: 3, year: 2026 }, newYork);
    expect(march.from?.toISOString()).toBe('2026-03-01T05:00:00.000Z');
    expect(march.to?.toISOString()).toBe('2026-04-01T04:00:00.000Z');
    const today = resolvePeriod({ on: { days: 0 } }, { ...colombo, now: new Date('2026-11-20T18:30:00Z') });
    expect(today.from?.toISOString()).toBe('2026-11-20T18:30:00.000Z');
  });

  it('is what luxon makes of it, in every zone', () => {
    const units = ['day', 'week', 'month', 'quarter', 'year'] as const;
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1995-01-01'), max: new Date('2037-01-01'), noInvalidDate: true }),
        fc.constantFrom('Asia/Colombo', 'America/New_York', 'Australia/Lord_Howe', 'Europe/London', 'UTC'),
        fc.constantFrom(...units),
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: 1, max: 60 }),
        (now, timeZone, unit, offset, count) => {
          const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
          const start = today.startOf(unit).plus({ [`${unit}s`]: offset });
          const whole = resolvePeriod({ calendar: unit, offset }, { now, timeZone });
          expect(whole.from).toEqual(start.toJSDate());
          expect(whole.to).toEqual(start.plus({ [`${unit}s`]: 1 }).toJSDate());
          const last = resolvePeriod({ last: `P${count}M` }, { now, timeZone });
          expect(last.from).toEqual(today.plus({ days: 1 }).minus({ months: count }).toJSDate());
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a date in a rule', () => {
  const leaf = (op: 'before' | 'after' | 'on', value: DatePoint) => ({ field: 'last_purchase_at', op, value });

  it('is left out by "before" and "after" when it is named, and "90 days ago" is the edge of the last 90 days', () => {
    expect(days(resolveDates(leaf('before', '2026-10-01'), colombo), colombo)).toEqual([null, '2026-10-01']);
    expect(days(resolveDates(leaf('after', '2026-10-01'), colombo), colombo)).toEqual(['2026-10-02', null]);
    expect(days(resolveDates(leaf('before', { ago: 'P90D' }), colombo), colombo)).toEqual([null, '2026-08-24']);
    expect(days(resolveDates(leaf('after', { ago: 'P90D' }), colombo), colombo)).toEqual(['2026-08-24', null]);
    expect(resolvePeriod({ last: 'P90D' }, colombo).from).toEqual(
      resolveDates(leaf('before', { ago: 'P90D' }), colombo).to,
    );
  });
});

describe('an anniversary', () => {
  const ranges = (value: RelativePeriod, moment = colombo) =>
    resolveAnniversaries({ field: 'birthday', op: 'in', value }, moment);

  it('is month and day, over the turn of the year', () => {
    expect(ranges({ calendar: 'week', offset: 1 })).toEqual([{ year: 2026, from: 1123, to: 1129 }]);
    expect(ranges({ from: '2026-12-28', to: '2027-01-03' })).toEqual([
      { year: 2026, from: 1228, to: 1231 },
      { year: 2027, from: 101, to: 103 },
    ]);
    expect(resolveAnniversaries({ field: 'birthday', op: 'on', value: { days: 0 } }, colombo)).toEqual([
      { year: 2026, from: 1121, to: 1121 },
    ]);
  });

  it('of 29 February is 1 March in other years', () => {
    expect(ranges({ on: '2027-03-01' })).toEqual([{ year: 2027, from: 229, to: 301 }]);
    expect(ranges({ on: '2028-03-01' })).toEqual([{ year: 2028, from: 301, to: 301 }]);
    expect(ranges({ on: '2027-02-28' })).toEqual([{ year: 2027, from: 228, to: 228 }]);
  });

  it('makes three ranges of however many years', () => {
    expect(ranges({ from: '2001-05-05', to: '2026-02-02' })).toEqual([
      { year: 2001, from: 505, to: 1231 },
      { year: 2025, from: 101, to: 1231 },
      { year: 2026, from: 101, to: 202 },
    ]);
    expect(ranges({ since: '2026-05-05' }).length).toBe(2);
    expect(ranges({ from: { days: 1 }, to: { days: 0 } })).toEqual([]);
  });
});
