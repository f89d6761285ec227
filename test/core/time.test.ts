import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { fromLocalTime, toLocalTime } from '../../core/time.ts';

const ZONES = ['Asia/Colombo', 'America/New_York', 'Australia/Lord_Howe', 'Europe/London', 'Pacific/Apia', 'UTC'];
const moments = fc.record({
  zone: fc.constantFrom(...ZONES),
  at: fc.date({ min: new Date('1990-01-01'), max: new Date('2037-01-01'), noInvalidDate: true }),
});

describe('local time', () => {
  it('reads the clock of any zone as luxon does', () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const { year, month, day, hour, minute, weekday } = DateTime.fromJSDate(at, { zone });
        expect(toLocalTime(at, zone)).toEqual({ year, month, day, hour, minute, weekday });
      }),
    );
  });

  it('comes back to a moment with the same clock, the earlier where there are two', () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const whole = new Date(Math.floor(at.getTime() / 60_000) * 60_000);
        const back = fromLocalTime(toLocalTime(whole, zone), zone);
        expect(toLocalTime(back, zone)).toEqual(toLocalTime(whole, zone));
        expect(back.getTime()).toBeLessThanOrEqual(whole.getTime());
      }),
    );
  });

  it('moves an hour that is skipped behind the gap, and lets days overflow', () => {
    const gap = fromLocalTime({ year: 2024, month: 3, day: 10, hour: 2, minute: 30 }, 'America/New_York');
    expect(gap.toISOString()).toBe('2024-03-10T07:30:00.000Z');
    expect(fromLocalTime({ year: 2024, month: 1, day: 0 }, 'Asia/Colombo').toISOString()).toBe(
      '2023-12-30T18:30:00.000Z',
    );
  });
});
