import type { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  const { db } = house.kade.core;
  shopId = (await db.shops.findOne({}))?._id as Types.ObjectId;
  // 0 to 9 are in Kandy, 6 to 14 are VIPs.
  const people = Array.from({ length: 20 }, (_, n) =>
    makeCustomer(shopId, {
      name: `Person ${n}`,
      city: n < 10 ? 'Kandy' : 'Galle',
      tags: n >= 6 && n < 15 ? ['vip'] : [],
      spent: (n + 1) * 10_000,
    }),
  );
  await db.customers.insertMany(people);
  for (const [query, name] of [
    ['city = Kandy', 'Hill people'],
    ['tag = vip', 'Salt and pepper'],
  ] as const) {
    await house.say(query);
    await house.tap('Keep as a segment');
    await house.say(name);
  }
});
afterAll(() => house.close());

const labels = (choices: readonly { label: string }[] | undefined) => choices?.map(({ label }) => label) ?? [];

describe('two segments', () => {
  it('are compared by their names, whatever words stand in them', async () => {
    const [reply] = await house.say('compare hill people with salt and pepper');
    const text = (reply?.text ?? '').replace(/\u00a0/g, ' ');
    expect(text).toContain('Hill people: 10 customers');
    expect(text).toContain('Salt and pepper: 9 customers');
    expect(text).toContain('Together: 15 customers (75% of all), 57.1% of sales');
    expect(text).toContain('Hill people and Salt and pepper: 4 customers, 16.2% of sales (Rs 3,400.00)');
    expect(text).toContain('Person 9, Person 8, Person 7, Person 6');
    expect(reply?.picture?.alt).toContain('Hill people, not Salt and pepper 6');
    expect(labels(reply?.choices)).toContain('Keep: Hill people, not Salt and pepper');
  });

  it('part by part become segments of their own, that follow', async () => {
    await house.say('compare salt and pepper and hill people');
    await house.tap('Keep: Salt and pepper, not Hill people');
    const [saved] = await house.tap('Salt and pepper, not Hill people');
    expect(saved?.text).toContain('with 5 people');
    const kept = await house.kade.core.db.segments.findOne({ shopId, label: 'Salt and pepper, not Hill people' });
    expect(kept?.rule).toEqual({
      and: [
        { field: 'segment', op: 'eq', value: 'Salt and pepper' },
        { not: { field: 'segment', op: 'eq', value: 'Hill people' } },
      ],
    });
    const [open] = await house.tap('Open it');
    expect(labels(open?.choices)).toContain('Compare with …');
  });

  it('are asked for one after the other where names are missing', async () => {
    const [first] = await house.say('compare');
    expect(first?.text).toContain('Compare which segment?');
    const [second] = await house.tap('Hill people');
    expect(second?.text).toContain('Compare “Hill people” with which?');
    expect(labels(second?.choices)).not.toContain('Hill people');
    const [reply] = await house.say('Salt and pepper');
    expect(reply?.text).toContain('Together: 15 customers');
  });

  it('that are one, or not known, are asked again or refused', async () => {
    const [same] = await house.say('compare hill people with hill people');
    expect(same?.text).toContain('Compare “Hill people” with which?');
    const [unknown] = await house.say('compare hill people with nobody here');
    expect(unknown?.text).toContain('nobody here');
  });
});
