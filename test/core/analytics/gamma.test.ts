import { describe, expect, it } from 'vitest';
import { digamma, hypergeometric, logGamma } from '../../../core/analytics/gamma.ts';

describe('ln Γ and its slope', () => {
  it('are the known values', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
    expect(logGamma(0.001)).toBeCloseTo(6.907178885383853, 11);
    expect(logGamma(171) / 706.5730622457874).toBeCloseTo(1, 14);
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 12);
    expect(digamma(0.25)).toBeCloseTo(-4.227453533376265, 12);
    expect(digamma(100)).toBeCloseTo(4.600161852738087, 13);
  });
});

describe('₂F₁', () => {
  it('is what it is known to be in closed form', () => {
    for (const z of [0, 0.1, 0.5, 0.9, 0.99]) {
      expect(hypergeometric(1, 1, 2, z)).toBeCloseTo(z ? -Math.log(1 - z) / z : 1, 9);
      expect(hypergeometric(0.3, 2, 2, z)).toBeCloseTo((1 - z) ** -0.3, 9);
    }
    expect(hypergeometric(-2, 3, 1.5, 0.4)).toBeCloseTo(1 - 1.6 + 0.512, 12);
  });
});
