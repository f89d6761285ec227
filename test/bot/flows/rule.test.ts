import type { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followChanges } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  const { db } = house.kade.core;
  shopId = (await db.shops.findOne({}))?._id as Types.ObjectId;
  const people = Array.from({ length: 30 }, (_, n) => {
    const customer = makeCustomer(shopId, {
      name: `Person ${n}`,
      city: n % 3 === 0 ? 'Kandy' : 'Galle',
      tags: n % 5 === 0 ? ['vip'] : [],
      at: [`sms:+9477100${String(n).padStart(4, '0')}`],
      spent: n < 25 ? (30 - n) * 10_000 : 0,
    });
    const lastOrderAt = n < 25 ? new Date('2026-10-01T06:00:00Z') : null;
    const addresses = customer.addresses.map((one) => ({
      ...one,
      marketing: n % 2 ? ('granted' as const) : one.marketing,
    }));
    return { ...customer, addresses, figures: { ...customer.figures, firstOrderAt: lastOrderAt, lastOrderAt } };
  });
  await db.customers.insertMany(people);
});
afterAll(() => house.close());

const labels = (choices: readonly { label: string }[] | undefined) => choices?.map(({ label }) => label) ?? [];

describe('a question about customers', () => {
  it('typed as one line is read back, counted and shown with whom a message would reach', async () => {
    const [reply] = await house.say('city = kandy and total_spent >= 1000');
    const text = reply?.text ?? '';
    expect(text).toContain('Customers whose city is “kandy” and whose total spend is at least Rs 1,000.00.');
    expect(text).toContain('7 customers (23.3% of all');
    expect(text).toContain('Best customers: Person 0, Person 3, Person 6, Person 9, Person 12');
    expect(text).toContain('SMS: 3 (left out:');
    expect(labels(reply?.choices)).toEqual(
      expect.arrayContaining(['Keep as a segment', 'Keep these people as a list', 'And …', 'Or …', 'Take one out']),
    );
  });

  it('may begin with a word that is a command by itself', async () => {
    const [reply] = await house.say('segment != "Nobody of this name"');
    expect(reply?.text).toContain('30 customers');
  });

  it('says how many a lapse leaves out because they never bought', async () => {
    const [reply] = await house.say('who recency_days >= 30');
    expect(reply?.text).toContain('25 customers');
    expect(reply?.text).toContain('5 customers who never bought are left out');
  });

  it('with a slip is refused at its place, with the nearest word', async () => {
    const [reply] = await house.say('who citty = Kandy');
    expect(reply?.text).toContain('“citty”');
    expect(reply?.text).toContain('“city”');
    const [other] = await house.say('city = Kandy nad tag = vip');
    expect(other?.text).toContain('At letter 14');
  });

  it('is put together by buttons, with the shop’s own words offered first', async () => {
    await house.say('who');
    await house.tap('Who they are');
    const [ops] = await house.tap('City');
    expect(labels(ops?.choices)).toEqual(['is', 'is not', 'is known', 'is not known', 'Cancel']);
    const [values] = await house.tap('is');
    expect(labels(values?.choices)).toEqual(['Galle', 'Kandy', 'Cancel']);
    const [one] = await house.tap('Kandy');
    expect(one?.text).toContain('10 customers');
    await house.tap('And …');
    await house.tap('Who they are');
    await house.tap('Tag');
    await house.tap('is');
    const [two] = await house.say('vip');
    expect(two?.text).toContain('Customers whose city is “Kandy” and whose tags include “vip”.');
    expect(two?.text).toContain('2 customers');
    await house.tap('Or, for the last one');
    await house.tap('How much and how often');
    await house.tap('Total spend');
    await house.tap('at least');
    await house.say('2500');
    const [three] = await house.tap('Ever');
    expect(three?.text).toContain('city is “Kandy” and (');
    const [line] = await house.tap('As text');
    expect(line?.text).toContain('city = Kandy and (tag = vip or total_spent >= 2500)');
    await house.tapId('rule.remove');
    const [removed] = await house.tap('tag');
    expect(removed?.text).toContain('Customers whose city is “Kandy” and whose total spend is at least Rs 2,500.00.');
    const [others] = await house.tap('All the others');
    expect(others?.text).toContain('who are not among those');
  });

  it('asks again for what cannot be read, and old buttons do nothing', async () => {
    await house.say('who');
    await house.tap('How much and how often');
    await house.tap('Total spend');
    await house.tap('at least');
    await house.say('lots');
    const [reply] = await house.tapId('rule.pick:op.0');
    expect(reply?.text).toContain('earlier question');
  });
});

describe('a kept segment', () => {
  it('keeps its name and its people, who are followed', async () => {
    await house.say('city = Kandy and tag = vip');
    await house.tap('Keep as a segment');
    const [saved] = await house.say('Kandy  friends');
    expect(saved?.text).toContain('Kept as “Kandy friends” with 2 people in it.');
    const { core } = house.kade;
    const person = await core.db.customers.findOne({ shopId, name: 'Person 3' });
    await core.db.customers.updateOne({ _id: person?._id }, { $set: { tags: ['vip'] } });
    await followChanges(core, shopId, person ? [person._id] : [], ['profile']);
    const [shown] = await house.say('segment kandy friends');
    expect(shown?.text).toContain('3 customers');
    expect(shown?.text).toContain('Customers whose city is “Kandy” and whose tags include “vip”.');
    expect(await core.db.segmentEvents.countDocuments({ customerId: person?._id, change: 'entered' })).toBe(1);
    await core.db.customers.updateOne({ _id: person?._id }, { $set: { city: 'Jaffna' } });
    await followChanges(core, shopId, person ? [person._id] : [], ['orders']);
    expect(await core.db.segmentEvents.countDocuments({ customerId: person?._id, change: 'left' })).toBe(0);
    await followChanges(core, shopId, person ? [person._id] : [], ['profile']);
    expect(await core.db.segmentEvents.countDocuments({ customerId: person?._id, change: 'left' })).toBe(1);
  });

  it('refuses a name that is taken', async () => {
    await house.say('city = Galle');
    await house.tap('Keep as a segment');
    const [reply] = await house.say('KANDY FRIENDS');
    expect(reply?.text).toContain('already');
    await house.say('cancel');
  });

  it('is asked for by other rules, renamed in them, and not put away while they need it', async () => {
    await house.say('segment = "Kandy friends" or city = Galle');
    await house.tap('Keep as a segment');
    await house.say('Both');
    await house.say('segment kandy friends');
    const [refused] = await house.tap('Put away');
    expect(refused?.text).toContain('“Both”');
    await house.say('segment kandy friends');
    await house.tap('Rename');
    const [renamed] = await house.say('Hill friends');
    expect(renamed?.text).toContain('“Hill friends”');
    const [both] = await house.say('segment both');
    expect(both?.text).toContain('“Hill friends”');
    expect(both?.text).toContain('22 customers');
  });

  it('is duplicated, changed and put away', async () => {
    await house.say('segment hill friends');
    await house.tap('Duplicate');
    await house.say('Copy');
    await house.tap('Open it');
    await house.tap('Change the rule');
    await house.tap('All the others');
    const [changed] = await house.tap('Keep this change');
    expect(changed?.text).toContain('Kept as “Copy” with 28 people in it.');
    await house.tap('Open it');
    const [gone] = await house.tap('Put away');
    expect(gone?.text).toContain('“Copy” is put away');
    const [list] = await house.tap('Our own');
    expect(labels(list?.choices)).toEqual(['Both', 'Hill friends', 'New segment', 'All segments', 'Menu']);
  });

  it('takes a campaign, and a list keeps the people of its day', async () => {
    await house.say('tag = vip');
    await house.tap('Keep these people as a list');
    await house.say('VIPs of today');
    await house.kade.core.db.customers.updateOne({ shopId, name: 'Person 0' }, { $set: { tags: [] } });
    const [shown] = await house.say('segment vips of today');
    expect(shown?.text).toContain('7 customers');
    const [campaign] = await house.tap('Message them');
    expect(campaign?.text).toContain('VIPs of today');
  });
});
