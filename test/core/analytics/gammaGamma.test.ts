import { describe, expect, it } from 'vitest';
import { expectedSpend, fitGammaGamma, type GammaGamma } from '../../../core/analytics/gammaGamma.ts';
import { seeded } from '../../../core/seeded.ts';
import { cdnowMissing, readCdnow } from '../../cdnow.ts';
import { drawGamma } from '../../madeHistories.ts';

function fitted(spending: Parameters<typeof fitGammaGamma>[0]): GammaGamma {
  const model = fitGammaGamma(spending);
  if (typeof model === 'string') throw new Error(model);
  return model;
}

describe('Gamma-Gamma', () => {
  const made = { p: 4, q: 5, gamma: 40_000 };
  const random = seeded(2);
  const repeats = Array.from({ length: 4_000 }, () => Math.floor(random() * 6));
  const meanSpend = repeats.map((x) => {
    const rate = drawGamma(made.q, random) / made.gamma;
    return x ? drawGamma(made.p * x, random) / rate / x : 0;
  });
  const model = fitted({ repeats, meanSpend });

  it('finds what customers were made to spend, in minor units', () => {
    expect(Math.abs(model.p / made.p - 1)).toBeLessThan(0.15);
    expect(Math.abs(model.q / made.q - 1)).toBeLessThan(0.15);
    expect(Math.abs(expectedSpend(model, 0, 0) / 40_000 - 1)).toBeLessThan(0.05);
  });

  it('goes from everyone’s mean to the own one as that rests on more', () => {
    const everyone = expectedSpend(model, 0, 0);
    const spends = [1, 3, 10, 1_000].map((count) => expectedSpend(model, count, 90_000));
    expect(spends.toSorted((a, b) => a - b)).toEqual(spends);
    expect(spends[0]).toBeGreaterThan(everyone);
    expect(Math.abs((spends[3] ?? 0) / 90_000 - 1)).toBeLessThan(0.01);
    expect(expectedSpend(model, 3, 0)).toBe(everyone);
  });

  it('declines where too few spent, or all the same', () => {
    expect(fitGammaGamma({ repeats: Array(99).fill(2), meanSpend: Array(99).fill(10) })).toBe('too_few');
    expect(fitGammaGamma({ repeats: Array(500).fill(2), meanSpend: Array(500).fill(0) })).toBe('too_few');
    expect(fitGammaGamma({ repeats: Array(500).fill(2), meanSpend: Array(500).fill(10) })).toBe('unsettled');
  });

  it.skipIf(cdnowMissing)('gives the published figures of CDNOW', () => {
    const customers = readCdnow();
    const cdnow = fitted({
      repeats: customers.map(({ history }) => history.repeats),
      meanSpend: customers.map((customer) => customer.meanSpend),
    });
    expect(cdnow.p).toBeCloseTo(6.2496, 4);
    expect(cdnow.q).toBeCloseTo(3.7442, 4);
    expect(cdnow.gamma).toBeCloseTo(15.4435, 4);
    expect(cdnow.logLikelihood).toBeCloseTo(-4055.918, 3);
    const first = customers.slice(0, 10);
    expect(first.map(({ history, meanSpend: own }) => expectedSpend(cdnow, history.repeats, own).toFixed(2))).toEqual([
      '24.65',
      '18.91',
      '35.17',
      '35.17',
      '35.17',
      '71.46',
      '18.91',
      '35.17',
      '27.28',
      '35.17',
    ]);
  });
});
