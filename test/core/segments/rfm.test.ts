import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridColumn, quintiles, scoreBuyers, VALUE_SEGMENTS, valueSegment } from '../../../core/segments/rfm.ts';
import { onlineRetailMissing, readOnlineRetail } from '../../onlineRetail.ts';

const DAY = 24 * 3600_000;

describe('quintiles', () => {
  it('are equal in size within one, in the order of the values, ties in the order given', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 5, maxLength: 300 }), (values) => {
        const fifths = quintiles(values);
        const sizes = [1, 2, 3, 4, 5].map((fifth) => fifths.filter((one) => one === fifth).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
        const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
        const sorted = order.map((index) => fifths[index] ?? 0);
        expect(sorted).toEqual([...sorted].sort());
      }),
    );
  });

  it('of fewer than five spread over 1 to 5, and of one are the middle', () => {
    expect([...quintiles([])]).toEqual([]);
    expect([...quintiles([7])]).toEqual([3]);
    expect([...quintiles([7, 9])]).toEqual([1, 5]);
    expect([...quintiles([9, 7, 8])]).toEqual([5, 1, 3]);
    expect([...quintiles([4, 3, 2, 1])]).toEqual([5, 4, 2, 1]);
  });

  it('of equal values follow the order given alone', () => {
    expect([...quintiles([5, 5, 5, 5, 5])]).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('scores', () => {
  it('count recency in whole days to the midnight after the last purchase of all', () => {
    const at = (day: number, hour: number) => day * DAY + hour * 3600_000;
    const buyers = [at(10, 9), at(10, 0), at(9, 23), at(3, 12)].map((lastOrderAt) => ({
      lastOrderAt,
      orderCount: 1,
      totalSpent: 100,
    }));
    expect(scoreBuyers(buyers).map((score) => score.recencyDays)).toEqual([0, 1, 1, 7]);
  });

  it('give the latest buyer the best recency and everyone a named segment', () => {
    const buyer = fc.record({
      lastOrderAt: fc.integer({ min: 0, max: 1000 * DAY }),
      orderCount: fc.integer({ min: 1, max: 50 }),
      totalSpent: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(buyer, { minLength: 2, maxLength: 100 }), (buyers) => {
        const scores = scoreBuyers(buyers);
        const least = Math.min(...scores.map((score) => score.recencyDays));
        expect(least).toBeGreaterThanOrEqual(0);
        expect(scores.find((score) => score.recencyDays === least)?.r).toBe(5);
        for (const score of scores) {
          for (const digit of [score.r, score.f, score.m]) expect([1, 2, 3, 4, 5]).toContain(digit);
          expect(VALUE_SEGMENTS).toContain(score.segment);
        }
      }),
    );
  });

  it('are none for nobody', () => {
    expect(scoreBuyers([])).toEqual([]);
  });
});

describe('the grid', () => {
  it('names each of its 25 cells and uses all eleven names', () => {
    const five = [1, 2, 3, 4, 5];
    const names = five.flatMap((r) => five.map((column) => valueSegment(r, column)));
    expect(names).toHaveLength(25);
    expect(new Set(names)).toEqual(new Set(VALUE_SEGMENTS));
    expect(() => valueSegment(0, 3)).toThrow(RangeError);
  });

  it('has the mean of frequency and money as its column, halves up', () => {
    expect([gridColumn(1, 1), gridColumn(1, 2), gridColumn(5, 4), gridColumn(1, 5)]).toEqual([1, 2, 5, 3]);
  });
});

if (onlineRetailMissing) console.log(`Online Retail's figures are skipped: ${onlineRetailMissing}`);

describe.skipIf(onlineRetailMissing)('Online Retail', () => {
  it('gives the published figures', { timeout: 60_000 }, async () => {
    const buyers = new Map<string, { invoices: Set<string>; lastOrderAt: number; totalSpent: number }>();
    const seen = new Set<string>();
    for await (const { customer, invoice, quantity, price, at } of readOnlineRetail()) {
      if (customer) seen.add(customer);
      if (!customer || quantity <= 0 || price <= 0) continue;
      const buyer = buyers.get(customer) ?? { invoices: new Set(), lastOrderAt: 0, totalSpent: 0 };
      buyers.set(customer, buyer);
      buyer.invoices.add(invoice);
      buyer.lastOrderAt = Math.max(buyer.lastOrderAt, at.getTime());
      buyer.totalSpent += Math.round(quantity * price * 100);
    }
    const sorted = [...buyers].sort(([a], [b]) => (a < b ? -1 : 1));
    const scores = scoreBuyers(sorted.map(([, buyer]) => ({ ...buyer, orderCount: buyer.invoices.size })));
    const sum = (read: (score: (typeof scores)[number]) => number) => scores.reduce((all, one) => all + read(one), 0);
    expect([seen.size, scores.length, seen.size - scores.length]).toEqual([4372, 4338, 34]);
    expect(sum((score) => score.recencyDays)).toBe(399_354);
    expect(sum((score) => score.frequency)).toBe(18_532);
    expect(sum((score) => score.money)).toBe(891_140_790);

    const cells = new Map<string, number>();
    for (const { r, f, m } of scores) cells.set(`${r}${f}${m}`, (cells.get(`${r}${f}${m}`) ?? 0) + 1);
    expect(['555', '111', '511', '155'].map((cell) => cells.get(cell))).toEqual([348, 184, 20, 5]);
    expect(cells.size).toBe(117);

    const byMoney = scores.toSorted((a, b) => b.money - a.money);
    const fifth = byMoney.slice(0, Math.floor(scores.length / 5)).reduce((all, score) => all + score.money, 0);
    expect(((fifth / 891_140_790) * 100).toFixed(2)).toBe('74.59');
    const best = sorted.find(([, buyer]) => buyer.totalSpent === byMoney[0]?.money);
    expect([best?.[0], best?.[1].totalSpent]).toEqual(['14646', 28_020_602]);
  });
});
