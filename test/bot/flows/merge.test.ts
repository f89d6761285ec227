import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressKey, type Core, type Customer, linkPhone, type OutboundMessage } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
});
afterAll(() => house.close());

const texts = (messages: readonly OutboundMessage[]) => messages.map(({ text }) => text);
const customerAt = (key: AddressKey) => core.db.customers.findOne({ 'addresses.key': key });
async function insert(fields: Parameters<typeof makeCustomer>[1]): Promise<Customer> {
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const customer = makeCustomer(shop._id, fields);
  await core.db.customers.insertOne(customer);
  return customer;
}

describe('someone who writes first', () => {
  it('is a provisional customer until a member names or confirms them', async () => {
    await house.say('Hello', 'sms:+94775000001');
    expect(await customerAt('sms:+94775000001')).toMatchObject({ provisional: true });
    const [card] = await house.say('find 0775000001');
    expect(card?.text).toContain('nobody has said yet who this is');
    expect(texts(await house.tap('Keep as a customer'))).toEqual(['+94775000001 is a customer like any other now.']);
    expect((await house.say('find 0775000001'))[0]?.text).not.toContain('nobody has said yet');
    await house.say('Hello', 'sms:+94775000002');
    await house.say('find 0775000002');
    await house.tap('Edit');
    await house.tap('Name');
    await house.say('Kumari');
    await house.tap('Save');
    expect((await house.say('find kumari'))[0]?.text).not.toContain('nobody has said yet');
  });

  it('joins the customer who has the number on another channel, whose STOP holds for it, and nobody by a name', async () => {
    await insert({ name: 'Bandu', at: ['sms:+94775000003'] });
    await house.say('STOP', 'sms:+94775000003');
    await house.say('Hello, this is Bandu', 'whatsapp:+94775000003');
    const bandu = await customerAt('whatsapp:+94775000003');
    expect(bandu?.name).toBe('Bandu');
    expect(bandu?.addresses.map(({ key, marketing }) => [key, marketing])).toEqual([
      ['sms:+94775000003', 'denied'],
      ['whatsapp:+94775000003', 'denied'],
    ]);
    await house.say('This is Bandu', 'email:bandu@shop.lk');
    expect((await customerAt('email:bandu@shop.lk'))?._id).not.toEqual(bandu?._id);
  });

  it('who proves the number of another is not made one with them when both are known: a member is asked', async () => {
    const shop = await core.db.shops.findOne({});
    const known = await insert({ name: 'Other Tissa', at: ['email:tissa@shop.lk'] });
    const owner = await insert({ name: 'Phone Tissa', at: ['sms:+94775000004'] });
    await linkPhone(core, shop?._id as Customer['_id'], 'email:tissa@shop.lk', '+94775000004');
    expect((await customerAt('email:tissa@shop.lk'))?._id).toEqual(known._id);
    const asked = (await house.transcript()).at(-1);
    expect(asked?.text).toBe('Other Tissa has proven a phone number that Phone Tissa has. Are they one person?');
    await house.tapId(asked?.choices?.[0]?.id ?? '');
    await house.tap('Merge');
    expect((await customerAt('email:tissa@shop.lk'))?.addresses).toHaveLength(2);
    expect([known._id, owner._id].map(String)).toContain(String((await customerAt('email:tissa@shop.lk'))?._id));
  });

  it('and then shares their number becomes part of the customer who has it, with what they wrote', async () => {
    const shop = await core.db.shops.findOne({});
    const owner = await insert({ name: 'Gamini', at: ['sms:+94775000005'] });
    await house.say('Is it open?', 'email:gamini@shop.lk');
    await linkPhone(core, shop?._id as Customer['_id'], 'email:gamini@shop.lk', '+94775000005');
    expect((await customerAt('email:gamini@shop.lk'))?._id).toEqual(owner._id);
    expect(await core.db.tickets.countDocuments({ customerId: owner._id })).toBe(1);
    expect((await house.say('my inbox')).length).toBe(1);
    expect((await house.say('inbox'))[0]?.text).toContain('Gamini');
  });
});

describe('merge', () => {
  it('reads back what each has and which values win, merges, and undoes', async () => {
    await insert({ name: 'Asoka Fernando', city: 'Galle', externalId: 'C1', at: ['sms:+94775000010'], spent: 5000 });
    await insert({ name: 'A Fernando', city: 'Matara', at: ['email:asoka@shop.lk'] });
    const [readBack] = await house.say('merge a fernando with 0775000010');
    // Two may be meant by the first.
    expect(readBack?.text).toBe('Who is “a fernando”?');
    const [compared] = await house.tap('A Fernando · asoka');
    expect(compared?.text.split('\n')).toEqual([
      'Merge these two into one customer?',
      '',
      '1. Stays: Asoka Fernando (C1)',
      '  Galle · 1 order, Rs 50.00',
      '  SMS +94775000010: not asked about offers',
      '',
      '2. Becomes part: A Fernando',
      '  Matara · no purchase yet',
      '  email asoka@shop.lk: not asked about offers',
      '',
      'Where they differ:',
      'Name: Asoka Fernando (not A Fernando)',
      'City: Galle (not Matara)',
      '',
      'Together: 1 order, 2 addresses. Consent stays with each address; a STOP on a number holds on all its channels. undo merge parts them again.',
    ]);
    expect((await house.tap('Keep the other one'))[0]?.text).toContain('1. Stays: A Fernando');
    await house.tap('Keep the other one');
    const [done] = await house.tap('Merge');
    expect(done?.text).toContain('Asoka Fernando is one customer now');
    const confirm = done?.choices?.[0]?.id ?? '';
    expect((await house.say('find asoka@shop.lk'))[0]?.text).toContain('Asoka Fernando (C1)');
    expect(texts(await house.tapId(confirm))).toEqual(['Asoka Fernando and A Fernando are two customers again.']);
    expect(texts(await house.tapId(confirm))[0]).toContain('undone already');
    expect((await house.say('find asoka@shop.lk'))[0]?.text).toContain('Matara');
    expect(texts(await house.say('merge'))[0]).toContain('Type merge');
    expect(texts(await house.say('merge nobodyhere with 0775000010'))[0]).toContain('I found nobody');
    await house.say('merge 0775000010 with asoka@shop.lk');
    await house.tap('Merge');
    await house.say('undo merge');
    expect(texts(await house.tap('Fernando'))[0]).toContain('are two customers again');
  });

  it('is known to files, that may call them by either customer number', async () => {
    const stays = await insert({ name: 'Lal', externalId: 'L1', at: ['sms:+94775000030'] });
    await insert({ name: 'Lal W', externalId: 'L2', at: ['sms:+94775000031'] });
    await house.say('merge L1 with L2');
    await house.tap('Merge');
    const before = await core.db.customers.countDocuments({});
    await house.send('people.csv', 'customer id,name,city\nL2,Lal W,Jaffna\n');
    await house.tap('Import');
    await house.idle();
    expect(await core.db.customers.countDocuments({})).toBe(before);
    expect(await core.db.customers.findOne({ _id: stays._id })).toMatchObject({ externalId: 'L1', city: 'Jaffna' });
    expect((await house.say('customer L2'))[0]?.text).toContain('Lal W (L1)');
  });

  it('is not a viewer’s, nor done by an old button', async () => {
    const viewer = await house.join('viewer', 'Vi');
    expect(texts(await house.say('merge 0775000010 with asoka@shop.lk', viewer))[0]).toContain('agent');
    await house.say('merge 0775000010 with asoka@shop.lk');
    const old = (await house.transcript()).at(-1)?.choices?.[0]?.id ?? '';
    await house.say('menu');
    await house.say('merge 0775000003 with 0775000010');
    expect(texts(await house.tapId(old))[0]).not.toContain('one customer now');
    await house.say('cancel');
  });
});

describe('duplicates', () => {
  it('shows who looks alike and why, and never again whom a member has told apart', async () => {
    await insert({ name: 'Sunethra Devi', city: 'Kandy', at: ['email:s.devi+shop@gmail.com'] });
    await insert({ name: 'Devi Sunethra', city: 'kandy', at: ['email:sdevi@gmail.com'] });
    await insert({ name: 'Ravi', at: ['sms:+94775000020'] });
    await insert({ name: 'Ravi K', at: ['whatsapp:775000020' as AddressKey] });
    for (let i = 0; i < 8; i++) await insert({ name: 'Nimal Perera', city: 'Colombo', at: [`email:n${i}@shop.lk`] });
    const [first] = await house.say('duplicates');
    expect(first?.text).toContain(
      '2 pairs look like one person. The first: the same phone number, the same name and last digits.',
    );
    expect(first?.text).toContain('Ravi K');
    const [second] = await house.tap('Not the same person');
    expect(second?.text).toContain('1 pair looks like one person: the same email, the same name and city.');
    await house.tap('Merge …');
    await house.tap('Merge');
    expect(texts(await house.say('duplicates'))).toEqual(['No two customers look like one person.']);
  });
});
