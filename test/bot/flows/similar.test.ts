import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddressKey, Core, Customer, Language } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const DAY_MS = 86_400_000;
const LATEST = Date.UTC(2026, 10, 20);
/** 0 to 19 buy sarees and are vips, 20 to 39 buy as they do, 40 to 99 buy tea and seldom; 100 never bought. */
const BUYERS = 100;
const isAlike = (index: number) => index < 40;

let house: House;
let core: Core;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shopId = (await core.db.shops.findOne({}))?._id as Types.ObjectId;
  const customers = Array.from({ length: BUYERS + 1 }, (_, index) => customerOf(index));
  await core.db.customers.insertMany(customers);
  await core.db.orders.insertMany(customers.slice(0, BUYERS).map(orderOf));
  await core.db.products.insertMany(
    ['Saree', 'Tea'].map((category) => {
      const at = new Date(LATEST);
      return {
        _id: new Types.ObjectId(),
        shopId,
        sku: category,
        name: category,
        category,
        createdAt: at,
        updatedAt: at,
      };
    }),
  );
  // The staff buys as well.
  await core.db.members.insertOne({
    _id: new Types.ObjectId(),
    shopId,
    name: 'Staff',
    role: 'agent',
    language: 'en',
    addresses: [addressOf(22)],
    createdAt: new Date(LATEST),
  });
});
afterAll(() => house.close());

const addressOf = (index: number): AddressKey => `sms:+9477${1_000_000 + index}`;

function customerOf(index: number): Customer {
  const alike = isAlike(index);
  const spent = alike ? 90_000 + index * 100 : 4_000 + index * 10;
  const customer = makeCustomer(shopId, {
    name: `Customer ${index}`,
    externalId: String(1_000 + index),
    at: [addressOf(index), `email:c${index}@shop.lk`],
    tags: index < 20 ? ['vip'] : [],
    ...(index === 20 ? { blocked: true } : {}),
    ...(index < BUYERS ? { spent, orders: alike ? 12 + (index % 5) : 1 + (index % 3) } : {}),
  });
  const [sms, email] = customer.addresses;
  if (index === 21 && sms) Object.assign(sms, { marketing: 'denied', stopped: true });
  if (index === 23 && sms && email) {
    sms.marketing = 'denied';
    email.marketing = 'granted';
  }
  if (index >= BUYERS) return customer;
  const lastOrderAt = new Date(LATEST - (alike ? index % 10 : index * 2) * DAY_MS);
  return { ...customer, figures: { ...customer.figures, lastOrderAt, firstOrderAt: new Date(LATEST - 400 * DAY_MS) } };
}

function orderOf({ _id, figures }: Customer, index: number) {
  const amount = figures.totalSpent;
  return {
    _id: new Types.ObjectId(),
    shopId,
    number: `${index}`,
    customerId: _id,
    at: figures.lastOrderAt as Date,
    lines: [{ sku: isAlike(index) ? 'Saree' : 'Tea', quantity: 1, unitPrice: amount, amount }],
    amount,
    purchased: amount,
    returned: 0,
  };
}

const speak = (language: Language) => core.db.members.updateMany({}, { $set: { language } });
const labels = (reply: { choices?: readonly { label: string }[] } | undefined) =>
  reply?.choices?.map(({ label }) => label) ?? [];
const keep = async (query: string, as: 'segment' | 'list', name: string) => {
  await house.say(query);
  await house.tap(as === 'list' ? 'as a list' : 'as a segment');
  return house.say(name);
};

describe('people like those of a segment', () => {
  it('are a tap away from it: how many, and why the best five', async () => {
    await keep('who tag = vip', 'segment', 'Our best');
    await house.tap('Open it');
    const [reply] = await house.tap('People like these');
    const lines = reply?.text.split('\n') ?? [];
    expect(lines[0]).toBe('The 50 customers most like “Our best”, the likest first. The best five, and why:');
    const best = lines.filter((line) => /^\d\. /.test(line));
    expect(best).toHaveLength(5);
    for (const line of best)
      expect(line).toMatch(
        /^\d\. Customer (2[3-9]|3\d): .*(spends much \(Rs.|buys often \(1\d ×\)|likes Saree \(100% )/,
      );
    expect(labels(reply)).toEqual(['Keep as a list', 'Best 25', 'Best 100', 'Best 250', 'Back to the segment', 'Menu']);
  });

  it('are more or fewer, and kept as exactly these people, whom a campaign can reach', async () => {
    const [fewer] = await house.tap('Best 25');
    expect(fewer?.text).toContain('The 25 customers');
    await house.tap('Keep as a list');
    // Until now nobody was kept; what is bought meanwhile changes nothing any more.
    await core.db.orders.deleteMany({ shopId, number: '30' });
    const [kept] = await house.tap('Like Our best');
    expect(kept?.text).toBe('Kept as “Like Our best” with 25 people in it.');
    const list = await core.db.segments.findOne({ shopId, label: 'Like Our best' });
    expect(list).toMatchObject({ kind: 'list', size: 25, buyers: 25 });
    const members = await core.db.customers.find({ shopId, 'memberships.segmentId': list?._id }).toArray();
    const numbers = members.map(({ name }) => Number(name?.split(' ')[1])).sort((a, b) => a - b);
    // All who buy as the vips do, but for the blocked, the one who said STOP and the member; then the nearest others.
    expect(numbers.slice(0, 17)).toEqual(Array.from({ length: 17 }, (_, index) => 23 + index));
    expect(numbers.slice(17).every((number) => number >= 40 && number < BUYERS)).toBe(true);
    const [campaign] = await house.tap('Send them a campaign');
    expect(campaign?.text).toContain('Like Our best');
    await house.say('cancel');
  });

  it('are copied as they are', async () => {
    const list = await core.db.segments.findOne({ shopId, label: 'Like Our best' });
    await house.tapId(`kept.duplicate:list:${list?._id.toHexString()}`);
    expect((await house.say('The same again'))[0]?.text).toBe('Kept as “The same again” with 25 people in it.');
  });

  it('are all there are where that is fewer than asked for', async () => {
    await house.say('people like our best');
    const [reply] = await house.tap('Best 100');
    expect(reply?.text).toContain('The 77 customers');
    expect(reply?.text).toContain('no more than these');
    expect(labels(reply)).not.toContain('Best 250');
    // The people of the button before are no longer those on the table.
    const key = (await core.db.segments.findOne({ shopId, label: 'Our best' }))?.key;
    expect((await house.tapId(`similar.keep:50.${key}`))[0]?.text).toContain('button');
    expect((await house.tapId(`similar.keep:100.${key}`))[0]?.text).toContain('What shall the list be called');
    await house.say('cancel');
  });

  it('are declined for too small a segment, and a rule with its figures offered', async () => {
    await keep('who tag = vip and total_spent < 912', 'list', 'Few');
    const [reply] = await house.say('more people like my few');
    expect(reply?.text).toContain('“Few”: 12 customers with a purchase. From fewer than 15 I cannot tell');
    const [rule] = await house.tap('Use a rule instead');
    expect(rule?.text).toContain('number of orders is at least 12');
    expect(rule?.text).toContain('34 customers');
    await house.say('cancel');
  });

  it('are nobody where the segment is everyone who has bought', async () => {
    await keep('who order_count >= 1', 'segment', 'Buyers');
    expect((await house.say('people like buyers'))[0]?.text).toContain('Everyone who has bought is in “Buyers”');
    await house.tapId(`kept.archive:${(await core.db.segments.findOne({ label: 'The same again' }))?.key}`);
    expect((await house.say('people like the same again'))[0]?.text).toContain('no segment');
    expect((await house.say('people like Segment of none'))[0]?.text).toContain('no segment');
    expect(labels((await house.say('people like'))[0])).toEqual(expect.arrayContaining(['Our best', 'Buyers']));
  });

  it('are told in Sinhala and Tamil; old buttons and strangers’ ones are refused', async () => {
    for (const [language, word] of [
      ['si', 'වඩාත්ම සමාන'],
      ['ta', 'போன்ற'],
    ] as const) {
      await speak(language);
      expect((await house.say('people like our best'))[0]?.text).toContain(word);
    }
    await speak('en');
    await house.say('cancel');
    for (const id of ['similar.keep', 'similar.as', 'similar.rule', 'similar.show:7.all', 'similar.show:25.{"$ne":1}'])
      expect((await house.tapId(id))[0]?.text).toMatch(/button|no segment/);
  });
});
