import { fromLocalTime, toLocalTime } from '../time.ts';

export type TrendUnit = 'day' | 'week' | 'month' | 'year';

/** A period from `from` up to, not with, `to`. */
export interface Period {
  from: Date;
  to: Date;
}

const DAY_MS = 24 * 3600_000;

/** The steps of a trend: days up to a month, weeks (from Monday) up to half a year, months up to three years, else years. */
export function trendUnit({ from, to }: Period): TrendUnit {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 31.5) return 'day';
  if (days <= 184.5) return 'week';
  return days <= 3 * 366.5 ? 'month' : 'year';
}

/** The moments that part a period into its steps, where days begin in the time zone; the first is `from`, the last `to`. */
export function trendEdges(period: Period, timeZone: string): Date[] {
  const unit = trendUnit(period);
  const { year, month, day, weekday } = toLocalTime(period.from, timeZone);
  const edges = [period.from];
  for (let step = 1; ; step++) {
    const edge = fromLocalTime(
      {
        day: { year, month, day: day + step },
        week: { year, month, day: day - weekday + 1 + 7 * step },
        month: { year, month: month + step, day: 1 },
        year: { year: year + step, month: 1, day: 1 },
      }[unit],
      timeZone,
    );
    if (edge >= period.to) return [...edges, period.to];
    edges.push(edge);
  }
}
