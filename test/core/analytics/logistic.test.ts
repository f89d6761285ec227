import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../../../core/analytics/logistic.ts';
import { seeded } from '../../../core/seeded.ts';
import { flatten } from '../../../core/segments/points.ts';
import { drawNormal } from '../../madeHistories.ts';

describe('logistic regression', () => {
  it('ends where the slope is level, both sides weighing the same', () => {
    const random = seeded(4);
    const rows = Array.from({ length: 400 }, () => [drawNormal(random), drawNormal(random), drawNormal(random)]);
    const positive = Uint8Array.from(rows, ([a = 0, b = 0]) => (a - b + drawNormal(random) > 2 ? 1 : 0));
    const wanted = positive.reduce((sum, one) => sum + one, 0);
    const { intercept, weights } = fitLogistic(flatten(rows), positive, 0.5);
    const slope = [0, 0, 0, 0];
    for (const [one, row] of rows.entries()) {
      const odds = row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), intercept);
      const weight = positive[one] ? 1 : wanted / (rows.length - wanted);
      const off = weight * (1 / (1 + Math.exp(-odds)) - (positive[one] ?? 0));
      for (const [at, value] of [...row, 1].entries()) slope[at] = (slope[at] ?? 0) + off * value;
    }
    for (const at of [0, 1, 2]) expect((slope[at] ?? 0) + 0.5 * (weights[at] ?? 0)).toBeCloseTo(0, 4);
    expect(slope[3]).toBeCloseTo(0, 4);
    expect(weights[0]).toBeGreaterThan(0.5);
    expect(weights[1]).toBeLessThan(-0.5);
    expect(Math.abs(weights[2] ?? 1)).toBeLessThan(0.5);
  });

  it('stays finite where the sides can be told apart for sure, or a coordinate is the same for all', () => {
    const rows = Array.from({ length: 60 }, (_, one) => [one < 20 ? 3 : -3, 0]);
    const { intercept, weights } = fitLogistic(
      flatten(rows),
      Uint8Array.from(rows, ([a = 0]) => (a > 0 ? 1 : 0)),
      1,
    );
    expect(Number.isFinite(intercept)).toBe(true);
    expect(weights[0]).toBeGreaterThan(0.5);
    expect(weights[1]).toBe(0);
  });
});
