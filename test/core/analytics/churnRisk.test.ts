import { describe, expect, it } from 'vitest';
import type { BgNbd } from '../../../core/analytics/bgNbd.ts';
import { churnRisk, usualInterval } from '../../../core/analytics/churnRisk.ts';

const model: BgNbd = { r: 0.8, alpha: 60, a: 0.5, b: 3, logLikelihood: 0 };

describe('churn risk', () => {
  it('is by the probability of being gone where there is a model', () => {
    const risks = [355, 250, 100].map((last) => churnRisk({ repeats: 8, last, age: 360 }, model, 30));
    expect(risks.map((churn) => churn?.risk)).toEqual(['low', 'medium', 'high']);
    for (const churn of risks) expect(churn?.probability).toBeGreaterThan(0);
  });

  it('is by recency for who bought once, whom the model takes for active for ever', () => {
    const risks = [40, 80, 200].map((age) => churnRisk({ repeats: 0, last: 0, age }, model, 30));
    expect(risks).toEqual([
      { risk: 'low', probability: null },
      { risk: 'medium', probability: null },
      { risk: 'high', probability: null },
    ]);
  });

  it('without a model is by the own interval of who came back often enough, else by the shop’s', () => {
    expect(churnRisk({ repeats: 3, last: 300, age: 400 }, null, 10)?.risk).toBe('low');
    expect(churnRisk({ repeats: 2, last: 300, age: 400 }, null, 10)?.risk).toBe('high');
  });

  it('is unknown where nobody ever came back', () => {
    expect(churnRisk({ repeats: 0, last: 0, age: 100 }, null, null)).toBeNull();
  });
});

describe('the usual interval', () => {
  it('is the median of those who came back', () => {
    expect(usualInterval({ repeats: [0, 1, 2, 4], last: [0, 30, 20, 200], age: [9, 90, 90, 300] })).toBe(30);
    expect(usualInterval({ repeats: [1, 1], last: [10, 30], age: [50, 50] })).toBe(20);
    expect(usualInterval({ repeats: [0, 0], last: [0, 0], age: [5, 9] })).toBeNull();
  });
});
