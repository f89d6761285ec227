import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossTable, type Database, REST, type Shop } from '../../../core/index.ts';
import { openShop } from '../../../core/shops/shops.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const clock = { now: () => new Date('2026-11-21T04:30:00Z') };
let db: Database;
let close: () => Promise<void>;
let shop: Shop;
const table = (rows: 'age' | 'gender' | 'city' | 'value', columns: 'age' | 'gender' | 'city' | 'language') =>
  crossTable({ db, clock }, shop, { rows, columns });

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shop = await openShop(db, clock);
  const value = { recencyDays: 1, frequency: 1, money: 1, r: 5, f: 5, m: 5 };
  const people = Array.from({ length: 120 }, (_, index) =>
    makeCustomer(shop._id, {
      // The 18th birthday of the first is the day after.
      birthday: new Date(Date.UTC(index === 0 ? 2008 : 1990, index === 0 ? 10 : 0, index === 0 ? 22 : 1)),
      gender: index % 2 ? 'female' : 'male',
      ...(index < 110 ? { city: index % 4 ? `Town ${index % 10}` : 'Kandy' } : {}),
      ...(index % 4 === 0 && index < 100 ? { value: { ...value, segment: 'champions' } } : {}),
    }),
  );
  await db.customers.insertMany(people);
});
afterAll(() => close());

describe('a cross-table', () => {
  it('counts by age and gender in their own order', async () => {
    const found = await table('age', 'gender');
    expect([found.rows, found.columns]).toEqual([
      ['0-17', '35-44'],
      ['female', 'male'],
    ]);
    expect(found.counts).toEqual([
      [0, 1],
      [60, 59],
    ]);
    expect([found.unknown, found.standout]).toEqual([0, null]);
  });

  it('puts small cities together, leaves out who has none, and says what stands out', async () => {
    const found = await table('value', 'city');
    expect(found.rows).toEqual(['champions', 'none']);
    expect([found.columns[0], found.columns.at(-1), found.columns.length]).toEqual(['Kandy', REST, 6]);
    expect(found.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(110);
    expect(found.unknown).toBe(10);
    expect(found.standout).toMatchObject({ row: 'champions', column: 'Kandy', count: 25 });
    expect(found.standout?.times).toBeCloseTo(25 / ((28 * 25) / 110));
  });

  it('of what nobody has is empty', async () => {
    expect(await table('gender', 'language')).toEqual({
      rows: [],
      columns: [],
      counts: [],
      unknown: 120,
      standout: null,
    });
  });
});
