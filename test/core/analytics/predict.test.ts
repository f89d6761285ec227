import { describe, expect, it } from 'vitest';
import { expectedPurchases, fitBgNbd, probabilityActive } from '../../../core/analytics/bgNbd.ts';
import { expectedSpend, fitGammaGamma } from '../../../core/analytics/gammaGamma.ts';
import { predict, type Sales } from '../../../core/analytics/predict.ts';
import { cdnowMissing, readCdnow } from '../../cdnow.ts';

type Sale = readonly [customer: number, day: number, amount: number];

function salesOf(sales: readonly Sale[]): Sales {
  return {
    customer: sales.map(([customer]) => customer),
    day: sales.map(([, day]) => day),
    amount: sales.map(([, , amount]) => amount),
  };
}

describe('a prediction of few buyers', () => {
  /** Everyone buys every 10 days; 0 came to the end, 1 stopped 20 days before, 2 stopped 50 before, 3 bought once. */
  const regular = (customer: number, last: number) => [0, 1, 2, 3].map((n): Sale => [customer, last - 10 * n, 500]);
  const sales = [...regular(0, 100), ...regular(1, 80), ...regular(2, 50), [3, 100, 900] as Sale];

  it('tells the risk by their silence and no figures', () => {
    const { of, noModel } = predict(5, salesOf(sales));
    expect(noModel).toBe('too_few');
    expect(of).toEqual([
      { churnRisk: 'low' },
      { churnRisk: 'medium' },
      { churnRisk: 'high' },
      { churnRisk: 'low' },
      null,
    ]);
  });

  it('is the same in any order, and with several orders on a day', () => {
    const split = sales.flatMap(([customer, day, amount]): Sale[] => [
      [customer, day, amount - 100],
      [customer, day, 100],
    ]);
    expect(predict(5, salesOf(split.reverse()))).toEqual(predict(5, salesOf(sales)));
  });

  it('tells nothing where nobody came back, or nobody bought', () => {
    const once = salesOf([
      [0, 1, 500],
      [1, 90, 500],
      [1, 90, 700],
    ]);
    expect(predict(2, once).of).toEqual([{}, {}]);
    expect(predict(2, salesOf([]))).toEqual({ of: [null, null], noModel: 'too_few' });
  });
});

describe.skipIf(cdnowMissing)('a prediction of CDNOW', () => {
  it('is the models’ own, per customer, from sales in any order', () => {
    const customers = readCdnow();
    const all = customers.flatMap(({ bought }, place) =>
      bought.map(([day, dollars]): Sale => [place, day, dollars * 100]),
    );
    const { of, noModel } = predict(customers.length, salesOf(all.reverse()));
    expect(noModel).toBeNull();
    const weeks = fitBgNbd({
      repeats: customers.map(({ history }) => history.repeats),
      last: customers.map(({ history }) => history.last),
      age: customers.map(({ history }) => history.age),
    });
    const spend = fitGammaGamma({
      repeats: customers.map(({ history }) => history.repeats),
      meanSpend: customers.map(({ meanSpend }) => meanSpend),
    });
    if (typeof weeks === 'string' || typeof spend === 'string') throw new Error('no model');
    for (const [place, { history, meanSpend }] of customers.entries()) {
      const [soon, year] = [90, 365].map((days) => expectedPurchases(weeks, history, days / 7)) as [number, number];
      const each = expectedSpend(spend, history.repeats, meanSpend) * 100;
      const found = of[place];
      expect(found?.orders90).toBeCloseTo(soon, 3);
      expect(found?.orders365).toBeCloseTo(year, 3);
      expect(Math.abs((found?.value90 ?? 0) - soon * each)).toBeLessThan(1 + soon * each * 1e-3);
      expect(Math.abs((found?.value365 ?? 0) - year * each)).toBeLessThan(1 + year * each * 1e-3);
      if (history.repeats === 0) expect(found?.churnProbability).toBeUndefined();
      else expect(found?.churnProbability).toBeCloseTo(1 - probabilityActive(weeks, history), 3);
    }
    const ofRisk = (risk: string) => of.filter((one) => one?.churnRisk === risk).length;
    expect(['low', 'medium', 'high'].map(ofRisk).reduce((sum, count) => sum + count, 0)).toBe(customers.length);
  });
});
