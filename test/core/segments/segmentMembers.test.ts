import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Shop } from '../../../core/index.ts';
import { AGE_BANDS, ageBandName, birthdaysOf } from '../../../core/segments/ageBands.ts';
import { VALUE_SEGMENTS } from '../../../core/segments/rfm.ts';
import { checkKey, segmentMembers } from '../../../core/segments/segmentMembers.ts';
import { openShop } from '../../../core/shops/shops.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const now = new Date('2026-11-21T04:30:00Z');
const zone = 'Asia/Colombo';
const day = (iso: string) => new Date(`${iso}T00:00:00Z`);
let db: Database;
let close: () => Promise<void>;
let shop: Shop;
const membersOf = (key: string) => segmentMembers(db, shop, key, now);

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  shop = await openShop(db, { now: () => now });
  const odd = ['Kandy', 'kandy ', 'නුවර එළිය', '$where', 'a.b', 'x:y', '"; drop', '{"$ne":null}', 'Champions'];
  const preference = 'preference:lunch-bag';
  await db.customers.insertMany(odd.map((city) => makeCustomer(shop._id, { city, preference, language: 'si' })));
});
afterAll(() => close());

describe('a segment’s key', () => {
  it('means the people of a rule', async () => {
    expect(await membersOf('all')).toEqual({});
    for (const name of VALUE_SEGMENTS)
      expect(await membersOf(`value:${name}`)).toMatchObject({ 'value.segment': { $in: [name] } });
    expect(await membersOf('value:none')).toEqual({ 'figures.totalSpent': 0, 'figures.orderCount': 0 });
    expect(await membersOf('preference:lunch-bag')).toEqual({ preference: { $in: ['preference:lunch-bag'] } });
    expect(await membersOf('demographic:gender:female')).toEqual({ gender: 'female' });
    expect(await membersOf('demographic:language:si')).toEqual({ language: 'si' });
  });

  it('takes a city whatever is in it, in each of its spellings', async () => {
    for (const city of ['නුවර එළිය', '$where', 'a.b', 'x:y', '"; drop', '{"$ne":null}', 'Champions'])
      expect(await membersOf(`demographic:city:${city}`)).toEqual({ city: { $in: [city] } });
    expect(await membersOf('demographic:city:KANDY')).toEqual({ city: { $in: ['Kandy', 'kandy '] } });
  });

  it('reckons ages by the shop’s day: the 25th birthday is today, the 35th tomorrow', async () => {
    expect(await membersOf('demographic:age:25-34')).toEqual({
      birthday: { $gt: day('1991-11-21'), $lte: day('2001-11-21') },
    });
    const nearMidnight = new Date('2026-11-21T19:00:00Z');
    expect(birthdaysOf([65, Number.POSITIVE_INFINITY], nearMidnight, zone)).toEqual({ $lte: day('1961-11-22') });
  });

  it('gives every birthday up to today one band', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 110 * 365 }), (daysAgo) => {
        const birthday = new Date(day('2026-11-21').getTime() - daysAgo * 24 * 3600_000);
        const bands = AGE_BANDS.filter((band) => {
          const { $gt: after, $lte: until } = birthdaysOf(band, now, zone);
          return birthday <= until && (!after || birthday > after);
        });
        expect(bands.map(ageBandName)).toHaveLength(1);
      }),
    );
  });

  it('that is not known is refused', () => {
    for (const key of [
      '',
      'value:',
      'value:$ne',
      'value:champions:x',
      'nonsense',
      'preference:',
      'demographic:age:1-2',
    ])
      expect(() => checkKey(key)).toThrow('segment_not_found');
    for (const key of ['saved:5f5f5f5f5f5f5f5f5f5f5f5f', 'demographic:city:x:y', 'value:none'])
      expect(() => checkKey(key)).not.toThrow();
  });
});
