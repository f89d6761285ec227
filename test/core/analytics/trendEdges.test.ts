import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendEdges, trendUnit } from '../../../core/analytics/trendEdges.ts';
import { toLocalTime } from '../../../core/time.ts';

const at = (text: string) => new Date(text);

describe('the steps of a trend', () => {
  it('are days that begin at midnight of the shop, also when the clocks change', () => {
    const period = { from: at('2024-03-29T00:00:00Z'), to: at('2024-04-02T23:00:00Z') };
    expect(trendEdges(period, 'Europe/London').map((edge) => edge.toISOString())).toEqual([
      '2024-03-29T00:00:00.000Z',
      '2024-03-30T00:00:00.000Z',
      '2024-03-31T00:00:00.000Z',
      '2024-03-31T23:00:00.000Z',
      '2024-04-01T23:00:00.000Z',
      '2024-04-02T23:00:00.000Z',
    ]);
  });

  it('are weeks from Monday and months, the first and the last cut at the period', () => {
    const weeks = trendEdges({ from: at('2026-01-01T00:00:00Z'), to: at('2026-02-10T00:00:00Z') }, 'UTC');
    expect(weeks.map((edge) => edge.toISOString().slice(5, 10))).toEqual([
      '01-01',
      '01-05',
      '01-12',
      '01-19',
      '01-26',
      '02-02',
      '02-09',
      '02-10',
    ]);
    const months = trendEdges({ from: at('2010-11-30T18:30:00Z'), to: at('2011-12-09T18:30:00Z') }, 'Asia/Colombo');
    expect(months).toHaveLength(14);
    expect(months[1]?.toISOString()).toBe('2010-12-31T18:30:00.000Z');
  });

  it('cover the period without gaps, few enough to read', () => {
    const zones = fc.constantFrom('Asia/Colombo', 'America/New_York', 'Pacific/Apia');
    const starts = fc.date({ min: at('2000-01-01'), max: at('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(zones, starts, fc.integer({ min: 1, max: 9000 }), (zone, from, days) => {
        const period = { from, to: new Date(from.getTime() + days * 86_400_000) };
        const edges = trendEdges(period, zone);
        expect([edges[0], edges.at(-1)]).toEqual([period.from, period.to]);
        for (let i = 1; i < edges.length; i++) expect(Number(edges[i])).toBeGreaterThan(Number(edges[i - 1]));
        expect(edges.length).toBeLessThanOrEqual(40);
        const inner = edges.slice(1, -1).map((edge) => toLocalTime(edge, zone));
        if (trendUnit(period) === 'week') for (const { weekday } of inner) expect(weekday).toBe(1);
        if (trendUnit(period) === 'month') for (const { day } of inner) expect(day).toBe(1);
      }),
    );
  });
});
