import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core, Customer, OutboundMessage, Shop } from '../../../core/index.ts';
import { tombstoneHash } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;
let nimal: Customer;

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
  nimal = {
    ...makeCustomer(shop._id, {
      name: 'Nimal Perera',
      externalId: '12347',
      at: ['sms:+94771234567', 'email:nimal@shop.lk'],
      city: 'Kandy',
      value: { recencyDays: 2, frequency: 7, money: 431_000, r: 5, f: 5, m: 5, segment: 'champions' },
    }),
    figures: {
      orderCount: 2,
      totalSpent: 30_000,
      totalReturned: -1_000,
      firstOrderAt: new Date('2026-01-05T06:00:00Z'),
      lastOrderAt: new Date('2026-11-19T06:00:00Z'),
    },
  };
  await core.db.customers.insertMany([
    nimal,
    makeCustomer(shop._id, { name: 'Nimali Silva', at: ['sms:+94771112222'] }),
    makeCustomer(shop._id, { name: '=HYPERLINK("http://evil.example")' }),
    makeCustomer(shop._id, { name: 'Champions' }),
    makeCustomer(shop._id, { name: '{{name}} $t(menu.text)' }),
    makeCustomer(shop._id, { name: 'Line\nBreak\u202e', externalId: '7' }),
  ]);
  await core.db.products.insertOne({
    _id: new Types.ObjectId(),
    shopId: shop._id,
    sku: 'TEA',
    name: 'Ceylon tea',
    createdAt: shop.createdAt,
    updatedAt: shop.createdAt,
  });
  await core.db.orders.insertMany(
    Array.from({ length: 7 }, (_, i) => ({
      _id: new Types.ObjectId(),
      shopId: shop._id,
      number: `INV-${i}`,
      customerId: nimal._id,
      at: new Date(Date.UTC(2026, 0, 5 + i)),
      lines: [{ sku: 'TEA', quantity: 2, unitPrice: 7_500, amount: 15_000 }],
      amount: 15_000,
      purchased: 15_000,
      returned: 0,
    })),
  );
});
afterAll(() => house.close());

const textOf = (messages: OutboundMessage[]) => messages.map((message) => message.text).join('\n');
const say = async (text: string) => textOf(await house.say(text));
const tap = async (label: string) => textOf(await house.tap(label));
const reload = async () => (await core.db.customers.findOne({ _id: nimal._id })) as Customer;

describe('finding', () => {
  it('lists those who fit, a choice each', async () => {
    const [answer] = await house.say('find nimal');
    expect(answer?.text).toContain('2 customers for “nimal”');
    expect(answer?.choices?.map((one) => one.label)).toEqual(['Nimal Perera · 12347', 'Nimali Silva · +94771112222']);
  });

  it.each(['find 12347', 'customer 12347', 'find 077 123 4567', 'find NIMAL@shop.lk', 'සොයන්න 12347', 'தேடு 12347'])(
    'opens the one card at once: %s',
    async (line) => {
      expect(await say(line)).toContain('Nimal Perera (12347)');
    },
  );

  it('says so when nobody fits, and who may be meant', async () => {
    expect(await say('find zzzz')).toContain('I found nobody for “zzzz”');
    const [answer] = await house.say('find nimla');
    expect(answer?.choices?.[0]?.label).toContain('Nimal');
  });

  it.each(['=HYPERLINK("http://evil.example")', 'Champions', '{{name}} $t(menu.text)', 'Line Break'])(
    'shows the name %s as it is',
    async (name) => {
      expect((await say(`find ${name}`)).split('\n')[0]).toMatch(
        new RegExp(`^${name.replace(/[^\w ]/g, '\\$&')}( \\(7\\))?$`),
      );
    },
  );

  it('explains itself without words', async () => {
    const [answer] = await house.say('find');
    expect(answer?.text).toContain('You have 6 customers');
    expect(answer?.choices?.[0]?.label).toContain('Nimal Perera');
  });
});

describe('a card', () => {
  it('says how to reach them, what they bought and where they stand', async () => {
    const card = await say('customer 12347');
    for (const part of [
      'SMS +94771234567: not asked about offers',
      'Kandy',
      '2 orders, ',
      'First purchase 5 Jan 2026, last 19 Nov 2026',
      'Buys most: Ceylon tea',
      'Segment: Champions (recency 5, frequency 5, money 5 of 5)',
    ])
      expect(card).toContain(part);
  });

  it('pages through the orders with their lines', async () => {
    await house.say('customer 12347');
    const first = await tap('Orders');
    expect(first).toContain('11 Jan 2026 · INV-6');
    expect(first).toContain('2 × Ceylon tea');
    expect(first).not.toContain('INV-1');
    const second = await tap('Older');
    expect(second).toContain('orders 6 to 7');
    expect(second).toContain('INV-0');
  });

  it('says that a customer is gone, on an old button too', async () => {
    expect(textOf(await house.tapId(`customer.show:${new Types.ObjectId().toHexString()}`))).toContain(
      'not here any more',
    );
    expect(textOf(await house.tapId('customer.show:nonsense'))).toContain('not here any more');
  });
});

describe('a note', () => {
  it('is kept as what it begins with, and shown on the card', async () => {
    await house.say('customer 12347');
    await house.tap('Add a note');
    expect(await say('call: wants red silk')).toContain('Kept with Nimal Perera (Call)');
    await house.say('customer 12347');
    await house.tap('Add a note');
    expect(await say('likes: tea {{x}}')).toContain('(Note)');
    const card = await say('customer 12347');
    expect(card).toContain('Call: wants red silk');
    expect(card).toContain('Note: likes: tea {{x}}');
  });

  it('is not taken when cancelled', async () => {
    await house.say('customer 12347');
    await house.tap('Add a note');
    await house.say('cancel');
    expect(await core.db.interactions.countDocuments({ customerId: nimal._id })).toBe(2);
  });
});

describe('a message', () => {
  it('is read back, sent once, and stands on the card', async () => {
    await house.say('customer 12347');
    await house.tap('Message');
    await house.tap('SMS');
    expect(await say('Your saree is ready, {first_name}')).toContain('Your saree is ready, {first_name}');
    await house.tap('Change');
    const [send] = (await house.say('Your saree is ready'))[0]?.choices ?? [];
    expect(textOf(await house.tapId(send?.id ?? ''))).toContain('Sent to Nimal Perera');
    expect(textOf(await house.tapId(send?.id ?? ''))).toContain('earlier question');
    const rows = await core.db.deliveries.find({ customerId: nimal._id }).toArray();
    expect(rows.map((row) => row.message.text)).toEqual(['Your saree is ready']);
    expect(rows[0]?.topic).toBe('service');
    expect(await say('customer 12347')).toContain('We wrote, SMS: Your saree is ready');
  });

  it('does not go where the person wants none', async () => {
    await house.say('customer 12347');
    await house.tap('Message');
    await house.tap('email');
    await house.say('Hello');
    await core.db.customers.updateOne(
      { _id: nimal._id, 'addresses.key': 'email:nimal@shop.lk' },
      { $set: { 'addresses.$.service': 'denied' } },
    );
    expect(await tap('Send')).toContain('Not sent to Nimal Perera');
    await house.say('customer 12347');
    const [answer] = await house.tap('Message');
    expect(answer?.choices?.some((one) => one.label.includes('nimal@shop.lk'))).toBe(false);
  });
});

describe('a correction', () => {
  it('is checked, read back and saved', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    expect(await tap('Phone')).toContain('Phone is now: +94771234567');
    expect(await say('not a phone')).toContain('I could not read “not a phone”');
    expect(await say('0779998888')).toContain('+94771234567 → +94779998888');
    expect((await reload()).addresses[0]?.value).toBe('+94771234567');
    expect(await tap('Save')).toContain('Saved: Phone of Nimal Perera');
    expect(await say('find 0779998888')).toContain('Nimal Perera');
  });

  it('of the birthday takes words', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('Birthday');
    expect(await say('14 May 1990')).toContain('nothing → 14 May 1990');
    await house.tap('Save');
    expect((await reload()).birthday?.toISOString()).toBe('1990-05-14T00:00:00.000Z');
  });

  it('of language and gender has buttons, and a value can be taken away', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('Language');
    await house.tap('Tamil');
    await house.tap('Save');
    expect((await reload()).language).toBe('ta');
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('City');
    await house.tap('Remove');
    await house.tap('Save');
    expect((await reload()).city).toBeUndefined();
  });

  it('cannot be saved by the button of an earlier question', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('Name');
    const [old] = (await house.say('First Try'))[0]?.choices ?? [];
    await house.tap('Change');
    await house.say('Second Try');
    expect(textOf(await house.tapId(old?.id ?? ''))).toContain('earlier question');
    expect((await reload()).name).toBe('Nimal Perera');
    await house.say('cancel');
  });

  it('waiting for its button lets a command be a command', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('Name');
    await house.say('Third Try');
    expect(await say('find nimali')).toContain('Nimali Silva');
    expect((await reload()).name).toBe('Nimal Perera');
  });

  it('refuses another customer’s phone', async () => {
    await house.say('customer 12347');
    await house.tap('Edit');
    await house.tap('Phone');
    await house.say('0771112222');
    expect(await tap('Save')).toContain('belongs to another customer');
  });
});

describe('deletion', () => {
  it('is read back, then leaves sales without a name and a tombstone', async () => {
    await house.say('customer 12347');
    const question = await tap('Delete');
    expect(question).toContain('Delete Nimal Perera for good?');
    await house.tap('Cancel');
    expect(await reload()).not.toBeNull();
    await house.say('customer 12347');
    await house.tap('Delete');
    expect(await tap('Delete for good')).toContain('Nimal Perera was deleted');
    expect(await reload()).toBeNull();
    expect(await core.db.orders.countDocuments({ customerId: { $exists: false } })).toBe(7);
    expect(await core.db.tombstones.countDocuments({ hash: tombstoneHash(shop, 'id:12347') })).toBe(1);
    expect(textOf(await house.tapId(`customer.erase:${nimal._id.toHexString()}`))).toContain('not here any more');
  });

  it('needs a manager', async () => {
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { role: 'agent' } });
    await house.say('find nimali');
    expect(await tap('Delete')).toContain('needs the role manager');
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { role: 'owner' } });
  });
});
