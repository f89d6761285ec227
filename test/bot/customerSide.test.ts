import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddressKey, Core, Customer } from '../../core/index.ts';
import { type House, openHouse } from '../house.ts';

let house: House;
let core: Core;
beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
});
afterAll(() => house.close());

const say = async (from: AddressKey, text: string) => (await house.say(text, from)).map((message) => message.text);
const customerAt = (key: AddressKey) => core.db.customers.findOne({ 'addresses.key': key });
const stateOf = (customer: Customer | null) =>
  customer?.addresses.map(({ key, marketing, stopped }) => [key, marketing, stopped ?? false]);

/** A customer with an agreed number on SMS and WhatsApp, and an email address. */
async function customer(value: string, fields: Partial<Customer> = {}): Promise<AddressKey> {
  const sms: AddressKey = `sms:${value}`;
  const { db } = core;
  const shop = await db.shops.findOne({});
  await house.say('help', sms);
  await db.customers.updateOne({ 'addresses.key': sms }, { $set: { name: 'Nimal' } });
  const found = await customerAt(sms);
  const address = (channel: 'sms' | 'whatsapp' | 'email', held: string) => ({
    key: `${channel}:${held}` as AddressKey,
    channel,
    value: held,
    marketing: 'granted' as const,
    service: 'unknown' as const,
  });
  const addresses = [address('sms', value), address('whatsapp', value), address('email', `p${value.slice(1)}@shop.lk`)];
  if (found) await db.customers.updateOne({ _id: found._id }, { $set: { addresses, ...fields } });
  else
    await db.customers.insertOne({
      shopId: shop?._id,
      name: 'Nimal',
      searchWords: [],
      addresses,
      tags: [],
      figures: { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null },
      createdAt: new Date(),
      updatedAt: new Date(),
      ...fields,
    } as never);
  return sms;
}

describe('a customer', () => {
  it('stops offers to their number with STOP, on every channel of that number, confirmed once', async () => {
    const sms = await customer('+94771000001');
    expect(await say(sms, 'Stop!')).toEqual([
      'You will get no more offers from Test Shop. Reply START if you want them again.',
    ]);
    expect(stateOf(await customerAt(sms))).toEqual([
      ['sms:+94771000001', 'denied', true],
      ['whatsapp:+94771000001', 'denied', true],
      ['email:p94771000001@shop.lk', 'granted', false],
    ]);
    expect(await say(sms, 'STOP')).toEqual([
      'You had stopped already: Test Shop sends you no offers. START brings them back.',
    ]);
  });

  it('comes back with START, which lifts only what STOP set', async () => {
    const sms = await customer('+94771000002');
    await say(sms, 'STOP');
    expect(await say(sms, 'START')).toEqual([
      'You get the offers of Test Shop. Reply STOP whenever you have had enough.',
    ]);
    expect(stateOf(await customerAt(sms))?.slice(0, 2)).toEqual([
      ['sms:+94771000002', 'granted', false],
      ['whatsapp:+94771000002', 'granted', false],
    ]);
    expect(await say(sms, 'START')).toEqual([
      'You get the offers of Test Shop already. Reply STOP whenever you have had enough.',
    ]);
  });

  it('writes every change into the ledger: who, when, channel, words, source', async () => {
    const sms = await customer('+94771000003');
    await say(sms, 'stop please');
    await say(sms, 'Start');
    const rows = await core.db.consents.find({ address: sms }).sort({ _id: 1 }).toArray();
    expect(rows.map(({ state, words, source, topic }) => [state, words, source, topic])).toEqual([
      ['denied', 'stop please', 'keyword', 'marketing'],
      ['granted', 'Start', 'keyword', 'marketing'],
    ]);
    expect(rows.every(({ at, evidenceId, customerId }) => at && evidenceId && customerId)).toBe(true);
  });

  it('is answered in the language of the customer, else of the keyword, else of the shop', async () => {
    const sinhala = await customer('+94771000004', { language: 'si' });
    expect(await say(sinhala, 'STOP')).toEqual(['Test Shop වෙතින් තවත් දීමනා පණිවිඩ එන්නේ නැහැ. ආයෙත් ඕනෑ නම් START එවන්න.']);
    expect((await say('sms:+94771000005', 'vendam'))[0]).toContain('அனுப்பாது');
    expect((await say('sms:+94771000006', 'help'))[0]).toContain('reply STOP');
  });

  it('nobody has heard of can stop too, and the refusal stays', async () => {
    await say('sms:+94771000007', 'STOP');
    expect(stateOf(await customerAt('sms:+94771000007'))).toEqual([['sms:+94771000007', 'denied', true]]);
  });

  it('is thanked once a day at most; the shop keeps what they wrote and is told of all of it', async () => {
    const sms: AddressKey = 'sms:+94771000008';
    expect(await say(sms, 'Do you have red rice?')).toEqual(['Thank you. Test Shop has your message.']);
    expect(await say(sms, 'And how much?')).toEqual([]);
    const kept = await core.db.interactions
      .find({ customerId: (await customerAt(sms))?._id })
      .sort({ _id: 1 })
      .toArray();
    expect(kept.map(({ type, text }) => [type, text])).toEqual([
      ['message', 'Do you have red rice?'],
      ['message', 'And how much?'],
    ]);
    const told = (await house.transcript()).filter(({ text }) => text.includes('red rice'));
    expect(told).toHaveLength(1);
    // What follows within a moment is added to the same notice.
    expect(told[0]?.text.split('\n').slice(1)).toEqual(['Do you have red rice?', 'And how much?']);
  });

  it('survives a message of 100,000 letters and keeps it whole', async () => {
    const long = 'stop '.repeat(20_000);
    expect(await say('sms:+94771000009', long)).toHaveLength(1);
    expect((await core.db.inbound.findOne({ from: 'sms:+94771000009' }))?.text).toBe(long);
    expect(stateOf(await customerAt('sms:+94771000009'))).toEqual([['sms:+94771000009', 'unknown', false]]);
  });

  it('cannot reach a command of the members', async () => {
    await say('sms:+94771000010', 'campaigns');
    const answers = await house.transcript('sms:+94771000010');
    expect(answers.map(({ text }) => text)).toEqual(['Thank you. Test Shop has your message.']);
  });

  it('is erased by FORGET ME: no trace of the person, tombstones for each address, orders stay as sales', async () => {
    const sms = await customer('+94771000011', { name: 'Kumari Secret', externalId: 'C-77' });
    const before = await customerAt(sms);
    const { db } = core;
    if (!before) throw new Error('no customer');
    await db.orders.insertOne({
      shopId: before.shopId,
      number: 'O1',
      customerId: before._id,
      at: new Date(),
      lines: [],
      amount: 500,
      purchased: 500,
      returned: 0,
    } as never);
    await say(sms, 'My secret wish');
    await say(sms, 'STOP');
    expect((await say(sms, 'Forget me'))[0]).toContain('This cannot be undone');
    await say(sms, 'yes');
    expect(await db.customers.findOne({ _id: before._id })).toBeNull();
    expect(await db.orders.findOne({ number: 'O1' })).toMatchObject({ amount: 500 });
    expect((await db.orders.findOne({ number: 'O1' }))?.customerId).toBeUndefined();
    const traces: string[] = [];
    for (const name of await db.connection.getClient().db(db.connection.name).listCollections().toArray()) {
      const rows = await db.connection.getClient().db(db.connection.name).collection(name.name).find().toArray();
      for (const row of rows) {
        const text = JSON.stringify(row);
        if (/94771000011|Kumari|secret wish/i.test(text)) traces.push(`${name.name}: ${text}`);
      }
    }
    expect(traces).toEqual([]);
    expect(await db.tombstones.countDocuments({})).toBe(4);
    const ledger = await db.consents.find({ customerId: before._id }).toArray();
    expect(ledger.map(({ source }) => source).sort()).toEqual(['erasure', 'erasure', 'erasure', 'keyword', 'keyword']);
  });
});
