import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editDistance } from '../../../core/customers/editDistance.ts';
import { searchWords, splitWords } from '../../../core/customers/searchWords.ts';
import { type Core, findCustomers, getCustomerCard, type Shop } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
  const make = (fields: Parameters<typeof makeCustomer>[1]) => makeCustomer(shop._id, fields);
  await core.db.customers.insertMany([
    make({ name: 'Nimal Perera', externalId: '12347', at: ['sms:+94771234567', 'email:nimal@shop.lk'], spent: 500 }),
    make({ name: 'Nimali Perera', spent: 9000 }),
    make({ name: 'Nimal Silva', externalId: 'AB-7', spent: 800 }),
    make({ name: 'ශ්‍රීමති කුමාරි', at: ['whatsapp:+94712223334'] }),
    make({ name: 'குமரன் செல்வம்' }),
    make({ name: 'José Álvarez' }),
    make({ name: '=HYPERLINK("http://evil.example")' }),
    make({ name: '{{x}}' }),
    make({ name: '$where' }),
    make({ name: 'Champions' }),
    make({ externalId: '99' }),
    ...Array.from({ length: 15 }, (_, i) => make({ name: `Ruwan Dias ${i}`, spent: i + 1 })),
  ]);
});
afterAll(() => house.close());

const names = async (words: string, limit = 10) =>
  (await findCustomers(core, shop, words, limit)).customers.map((one) => one.name ?? one.externalId);

describe('finding customers', () => {
  it.each([
    ['0771234567'],
    ['771234567'],
    ['+94 77 123 4567'],
    ['94771234567'],
    ['0094771234567'],
    ['077-123 4567'],
    ['7.71234567E+08'],
    ['sms:+94771234567'],
    ['NIMAL@shop.lk'],
    ['12347'],
  ])('knows the one customer by %s', async (words) => {
    const found = await findCustomers(core, shop, words, 10);
    expect(found.exact).toBe(true);
    expect(found.customers.map((one) => one.name)).toEqual(['Nimal Perera']);
  });

  it('puts whole words before beginnings, and more spent before less', async () => {
    expect(await names('nimal')).toEqual(['Nimal Silva', 'Nimal Perera', 'Nimali Perera']);
    expect(await names('perera nim')).toEqual(['Nimali Perera', 'Nimal Perera']);
    expect(await names('  PERERA   nimal ')).toEqual(['Nimal Perera', 'Nimali Perera']);
  });

  it.each([
    ['ශ්‍රීමති', 'ශ්‍රීමති කුමාරි'],
    ['ශ්රීමති', 'ශ්‍රීමති කුමාරි'],
    ['குமரன்', 'குமரன் செல்வம்'],
    ['jose alvarez', 'José Álvarez'],
    ['AB-7', 'Nimal Silva'],
    ['0771234', 'Nimal Perera'],
    ['94771', 'Nimal Perera'],
  ])('finds %s', async (words, name) => {
    expect(await names(words)).toEqual([name]);
  });

  it.each([['=HYPERLINK("http://evil.example")'], ['{{x}}'], ['$where'], ['Champions']])(
    'takes the name %s as a name',
    async (name) => {
      expect(await names(name)).toEqual([name]);
    },
  );

  it.each([[''], ['   '], ['***'], ['.*'], ['^'], ['\u0000'], ['"}]) || true']])(
    'answers %j with nobody',
    async (words) => {
      expect(await names(words)).toEqual([]);
    },
  );

  it.each(['x', '9', 'ශ්', '𑄇'])('answers a word of 5,000 times %s with nobody', async (letter) => {
    expect(await names(letter.repeat(5000))).toEqual([]);
  });

  it('says that there are more, and never brings more than asked', async () => {
    const found = await findCustomers(core, shop, 'ruwan', 10);
    expect(found.customers).toHaveLength(10);
    expect(found.more).toBe(true);
    expect(found.customers[0]?.name).toBe('Ruwan Dias 14');
    expect((await findCustomers(core, shop, 'ruwan dias 3', 10)).more).toBe(false);
  });

  it('names who may be meant by a slip of the finger', async () => {
    const { customers, similar } = await findCustomers(core, shop, 'nimla', 10);
    expect(customers).toEqual([]);
    expect(similar.map((one) => one.name)).toContain('Nimal Perera');
    expect((await findCustomers(core, shop, 'zzzzzz', 10)).similar).toEqual([]);
  });

  it('reads an index for every word', async () => {
    const stage = JSON.stringify(
      await core.db.customers.find({ shopId: shop._id, $and: [{ searchWords: /^nimal/ }] }).explain(),
    );
    expect(stage).toContain('searchWords');
    expect(stage).not.toContain('COLLSCAN');
  });

  it('says customer_not_found for ids that are none', async () => {
    await expect(getCustomerCard(core, shop._id, 'nonsense')).rejects.toMatchObject({ code: 'customer_not_found' });
    await expect(getCustomerCard(core, shop._id, '0'.repeat(24))).rejects.toMatchObject({ code: 'customer_not_found' });
  });
});

describe('search words', () => {
  it('are letters, marks and digits only', () => {
    expect(splitWords('  A.B-c (D)  $where{{x}} ')).toEqual(['a', 'b', 'c', 'd', 'where', 'x']);
    expect(
      searchWords(makeCustomer(shop._id, { name: 'Nimal', externalId: 'A 1', at: ['sms:+9477', 'email:n@x.lk'] })),
    ).toEqual(['nimal', 'a', '1', '9477']);
  });

  it('are so many slips apart', () => {
    expect(editDistance('nimal', 'nimla')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
  });
});
