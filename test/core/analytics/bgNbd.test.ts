import { describe, expect, it } from 'vitest';
import {
  type BgNbd,
  expectedPurchases,
  FEWEST_REPEATERS,
  fitBgNbd,
  type History,
  historyOf,
  probabilityActive,
} from '../../../core/analytics/bgNbd.ts';
import { cdnowMissing, readCdnow } from '../../cdnow.ts';
import { madeHistories } from '../../madeHistories.ts';

const SHOP = { r: 0.8, alpha: 60, a: 0.5, b: 3 };
const YEAR = { days: 365, ahead: 90, seed: 5 };

function columnsOf(histories: readonly History[]) {
  return {
    repeats: histories.map((one) => one.repeats),
    last: histories.map((one) => one.last),
    age: histories.map((one) => one.age),
  };
}

function fitted(histories: Parameters<typeof fitBgNbd>[0]): BgNbd {
  const model = fitBgNbd(histories);
  if (typeof model === 'string') throw new Error(model);
  return model;
}

describe('a history', () => {
  it('counts days and not orders, in any order', () => {
    expect(historyOf([12, 3, 3, 7, 12], 20)).toEqual({ repeats: 2, last: 9, age: 17 });
    expect(historyOf([3, 3], 3)).toEqual({ repeats: 0, last: 0, age: 0 });
  });
});

describe('BG/NBD on made customers', () => {
  const made = madeHistories(5_000, SHOP, YEAR);
  const model = fitted(made);
  const place = (one: number): History => ({
    repeats: made.repeats[one] ?? 0,
    last: made.last[one] ?? 0,
    age: made.age[one] ?? 0,
  });

  it('finds who they were made as', () => {
    expect(model.r / model.alpha).toBeCloseTo(SHOP.r / SHOP.alpha, 3);
    expect(model.r).toBeCloseTo(SHOP.r, 0);
    expect(model.a / (model.a + model.b)).toBeCloseTo(SHOP.a / (SHOP.a + SHOP.b), 1);
  });

  it('foretells how much they buy in the next 90 days, all together and parted by what was foretold', () => {
    const foretold = [...made.repeats.keys()]
      .map((one) => ({ expected: expectedPurchases(model, place(one), 90), later: made.later[one] ?? 0 }))
      .sort((a, b) => a.expected - b.expected);
    const total = (part: typeof foretold, of: 'expected' | 'later') => part.reduce((sum, one) => sum + one[of], 0);
    expect(Math.abs(total(foretold, 'expected') / total(foretold, 'later') - 1)).toBeLessThan(0.1);
    for (const third of [0, 1, 2]) {
      const part = foretold.slice((third * 5_000) / 3, ((third + 1) * 5_000) / 3);
      expect(Math.abs(total(part, 'expected') / total(part, 'later') - 1)).toBeLessThan(0.25);
    }
  });

  it('is the same in weeks as in days', () => {
    const weeks = fitted({ ...made, last: made.last.map((day) => day / 7), age: made.age.map((day) => day / 7) });
    expect(weeks.alpha * 7).toBeCloseTo(model.alpha, 2);
    expect([weeks.r, weeks.a, weeks.b].map((one) => one.toFixed(3))).toEqual(
      [model.r, model.a, model.b].map((one) => one.toFixed(3)),
    );
  });

  it('takes who has long been silent for gone, and who bought once for active', () => {
    const at = (last: number) => probabilityActive(model, { repeats: 10, last, age: 360 });
    expect(at(355)).toBeGreaterThan(0.8);
    expect(at(100)).toBeLessThan(0.05);
    expect(probabilityActive(model, { repeats: 0, last: 0, age: 360 })).toBe(1);
  });

  it('expects finite numbers that grow with time, whatever the history and the parameters', () => {
    for (const a of [0.01, 0.4, 1, 1.0000001, 5, 60]) {
      for (const b of [0.3, 0.6, 3, 140]) {
        for (const history of [
          { repeats: 0, last: 0, age: 0 },
          { repeats: 0, last: 0, age: 700 },
          { repeats: 1, last: 2, age: 3 },
          { repeats: 1_500, last: 1_999, age: 2_000 },
        ]) {
          const month = expectedPurchases({ ...model, a, b }, history, 30);
          const year = expectedPurchases({ ...model, a, b }, history, 365);
          expect(month).toBeGreaterThan(0);
          expect(year).toBeGreaterThan(month);
          expect(year).toBeLessThan(1_000);
        }
      }
    }
  });
});

describe('BG/NBD declines', () => {
  it('where too few came back', () => {
    const histories = Array.from({ length: 500 }, (_, one) => ({
      repeats: one < FEWEST_REPEATERS - 1 ? 2 : 0,
      last: one < FEWEST_REPEATERS - 1 ? 30 : 0,
      age: 60,
    }));
    expect(fitBgNbd(columnsOf(histories))).toBe('too_few');
    expect(fitBgNbd(columnsOf([]))).toBe('too_few');
  });

  it('where nobody ever leaves', () => {
    const histories = Array.from({ length: 300 }, (_, one) => ({ repeats: 20 + (one % 30), last: 364, age: 365 }));
    expect(fitBgNbd(columnsOf(histories))).toBe('unsettled');
  });
});

if (cdnowMissing) console.log(`The models of CDNOW are skipped: ${cdnowMissing}`);

describe.skipIf(cdnowMissing)('BG/NBD on CDNOW', () => {
  const customers = cdnowMissing ? [] : readCdnow();

  it('gives the published parameters and forecasts', () => {
    const model = fitted(columnsOf(customers.map(({ history }) => history)));
    expect(model.r).toBeCloseTo(0.2426, 4);
    expect(model.alpha).toBeCloseTo(4.4136, 4);
    expect(model.a).toBeCloseTo(0.7929, 4);
    expect(model.b).toBeCloseTo(2.4259, 4);
    expect(model.logLikelihood).toBeCloseTo(-9582.429, 3);
    const example = { repeats: 2, last: 30.43, age: 38.86 };
    expect(expectedPurchases(model, example, 39)).toBeCloseTo(1.2259, 4);
    expect(probabilityActive(model, example)).toBeCloseTo(0.7266, 4);

    const foretold = customers.map(({ history, later }) => ({
      later,
      expected: expectedPurchases(model, history, 39),
      naive: (history.repeats / history.age) * 39,
    }));
    const sum = (read: (one: (typeof foretold)[number]) => number) => foretold.reduce((all, one) => all + read(one), 0);
    expect(sum((one) => one.later)).toBe(1_882);
    expect(sum((one) => one.expected)).toBeCloseTo(1_653.4, 1);
    expect(sum((one) => Math.abs(one.expected - one.later)) / foretold.length).toBeCloseTo(0.7855, 4);
    expect(sum((one) => Math.abs(one.naive - one.later)) / foretold.length).toBeCloseTo(1.0237, 4);
  });
});
