import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sales } from '../../../core/analytics/predict.ts';
import type { Database } from '../../../core/index.ts';
import { predictCustomers } from '../../../core/segments/predictCustomers.ts';
import { readProfiles } from '../../../core/segments/readShop.ts';
import { openTestDatabase } from '../../database.ts';
import { madeHistories } from '../../madeHistories.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const PEOPLE = 400;
const shopId = new Types.ObjectId();
let db: Database;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  const people = Array.from({ length: PEOPLE + 1 }, (_, one) =>
    makeCustomer(shopId, { externalId: `${10_000 + one}` }),
  );
  await db.customers.insertMany(people);
});
afterAll(() => close());

/** A year of purchases of everyone but the last, as their histories have it. */
function madeSales(): Sales {
  const { repeats, last, age } = madeHistories(
    PEOPLE,
    { r: 0.8, alpha: 60, a: 0.5, b: 3 },
    { days: 365, ahead: 0, seed: 3 },
  );
  const sales = { customer: [] as number[], day: [] as number[], amount: [] as number[] };
  for (let one = 0; one < PEOPLE; one++) {
    const [times, until, first] = [repeats[one] ?? 0, last[one] ?? 0, 365 - (age[one] ?? 0)];
    for (let time = 0; time <= times; time++) {
      sales.customer.push(one);
      // The days between are not asked; they only must differ.
      sales.day.push(first + (time === times ? until : time));
      sales.amount.push((1 + (one % 9)) * 500 + ((one * 37 + time) % 5) * 200);
    }
  }
  return sales;
}

const shop = { _id: shopId, timeZone: 'Asia/Colombo' };
const predicted = async (sales: Sales) => predictCustomers(db, shop, await readProfiles(db, shopId), sales);
const run = async (sales: Sales) => (await predicted(sales)).changed;
const of = (externalId: string) => db.customers.findOne({ shopId, externalId });

describe('predictions on the customers', () => {
  it('are written for all who bought, and once', async () => {
    expect(await run(madeSales())).toBe(PEOPLE);
    const buyers = await db.customers.find({ shopId, churnRisk: { $exists: true } }).toArray();
    expect(buyers).toHaveLength(PEOPLE);
    for (const { churnProbability = 0, predictedValue = 0, expected } of buyers) {
      expect(churnProbability).toBeGreaterThanOrEqual(0);
      expect(churnProbability).toBeLessThanOrEqual(1);
      expect(expected?.orders90).toBeLessThan(expected?.orders365 ?? 0);
      expect(expected?.value90).toBeLessThan(predictedValue);
    }
    expect(await of(`${10_000 + PEOPLE}`)).not.toHaveProperty('churnRisk');
    const latest = new Date('1970-12-31T18:30:00Z');
    expect(await predicted(madeSales())).toEqual({ changed: 0, forecast: { asOf: latest, noModel: null } });
  });

  it('are taken back as far as they do not hold any more', async () => {
    const few: Sales = { customer: [0, 0, 1], day: [0, 10, 100], amount: [500, 500, 500] };
    expect(await run(few)).toBe(PEOPLE);
    const first = await of('10000');
    expect(first?.churnRisk).toBe('high');
    for (const field of ['churnProbability', 'predictedValue', 'expected']) expect(first).not.toHaveProperty(field);
    expect(await of('10002')).not.toHaveProperty('churnRisk');
    const asOf = new Date('1970-04-10T18:30:00Z');
    expect(await predicted(few)).toEqual({ changed: 0, forecast: { asOf, noModel: 'too_few' } });
    const none = { customer: [], day: [], amount: [] };
    expect(await predicted(none)).toEqual({ changed: 2, forecast: { asOf: null, noModel: 'too_few' } });
  });
});
