import { describe, expect, it } from 'vitest';
import { minimize } from '../../../core/analytics/minimize.ts';

describe('the lowest point', () => {
  it('is found at the end of a bent valley (Rosenbrock)', () => {
    const found = minimize(
      ([x = 0, y = 0]) => ({
        value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
      }),
      [-1.2, 1],
    );
    expect(found.settled).toBe(true);
    expect(found.at[0]).toBeCloseTo(1, 6);
    expect(found.at[1]).toBeCloseTo(1, 6);
  });

  it('is not claimed where it goes down without end', () => {
    expect(minimize(([x = 0]) => ({ value: -x, gradient: [-1] }), [0]).settled).toBe(false);
  });

  it('is not claimed where the function breaks off', () => {
    const broken = minimize(([x = 0]) => ({ value: x > 0 ? Number.NaN : -x, gradient: [-1] }), [0]);
    expect(broken).toEqual({ at: [0], value: -0, settled: false });
  });
});
