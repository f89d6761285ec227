import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordConsent } from '../../../core/consents/recordConsent.ts';
import {
  type Core,
  type Customer,
  type CustomerField,
  editCustomer,
  findCustomers,
  readCustomerEdit,
  type Shop,
} from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;
const memberId = new Types.ObjectId();

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
});
afterAll(() => house.close());

async function add(fields: Parameters<typeof makeCustomer>[1]): Promise<Customer> {
  const customer = makeCustomer(shop._id, fields);
  await core.db.customers.insertOne(customer);
  return customer;
}
const edit = (customer: Customer, field: CustomerField, value: string | null) =>
  editCustomer(core, shop, customer._id, { field, value }, memberId);

describe('reading a corrected value', () => {
  it.each<[CustomerField, string, string]>([
    ['name', '  Nimal   Perera ', 'Nimal Perera'],
    ['name', '=HYPERLINK("x")', '=HYPERLINK("x")'],
    ['phone', '077 123 4567', '+94771234567'],
    ['email', 'NIMAL@Shop.LK', 'nimal@shop.lk'],
    ['birthday', '1990-05-14', '1990-05-14'],
    ['gender', 'female', 'female'],
    ['language', 'ta', 'ta'],
  ])('takes %s %j as %j', (field, text, value) => {
    expect(readCustomerEdit(shop, core.clock.now(), field, text)).toEqual({ field, value });
  });

  it.each<[CustomerField, string]>([
    ['name', '   '],
    ['name', 'x'.repeat(200)],
    ['phone', '12345'],
    ['phone', 'nimal'],
    ['email', 'nimal at shop'],
    ['birthday', '1990-02-30'],
    ['birthday', '2099-01-01'],
    ['birthday', '1500-01-01'],
    ['gender', 'x'],
    ['language', 'de'],
  ])('refuses %s %j', (field, text) => {
    expect(() => readCustomerEdit(shop, core.clock.now(), field, text)).toThrow(
      expect.objectContaining({ code: 'value_unreadable' }),
    );
  });
});

describe('correcting a customer', () => {
  it('finds them by the new name, and no more by the old', async () => {
    const customer = await add({ name: 'Saman Old' });
    await edit(customer, 'name', 'Saman Newly');
    expect((await findCustomers(core, shop, 'newly', 5)).customers).toHaveLength(1);
    expect((await findCustomers(core, shop, 'old', 5)).customers).toHaveLength(0);
  });

  it('takes a value away', async () => {
    const customer = await add({ city: 'Galle', at: ['email:gone@x.lk'] });
    expect((await edit(customer, 'city', null)).city).toBeUndefined();
    expect((await edit(customer, 'email', null)).addresses).toEqual([]);
  });

  it('puts a new phone in place of the old one and leaves the email', async () => {
    const customer = await add({ at: ['sms:+94770000001', 'whatsapp:+94770000001', 'email:two@x.lk'] });
    const keys = (await edit(customer, 'phone', '+94770000002')).addresses.map((address) => address.key);
    expect(keys.sort()).toEqual(['email:two@x.lk', 'sms:+94770000002', 'whatsapp:+94770000002']);
  });

  it('refuses an address of another customer and changes nothing', async () => {
    await add({ at: ['sms:+94770000011'] });
    const customer = await add({ at: ['sms:+94770000012'] });
    await expect(edit(customer, 'phone', '+94770000011')).rejects.toMatchObject({ code: 'address_taken' });
    const kept = await core.db.customers.findOne({ _id: customer._id });
    expect(kept?.addresses.map((address) => address.key)).toEqual(['sms:+94770000012']);
  });

  it('keeps a STOP that comes while it is written', async () => {
    const customer = await add({ at: ['sms:+94770000071', 'email:slow@x.lk'] });
    let written = 0;
    const customers = new Proxy(core.db.customers, {
      get(target, name) {
        if (name !== 'updateOne') {
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (...args: Parameters<typeof target.updateOne>) => {
          written += 1;
          if (written === 1) {
            await recordConsent(core, shop._id, {
              customerId: customer._id,
              address: 'email:slow@x.lk',
              topic: 'marketing',
              state: 'denied',
              source: 'keyword',
              words: 'STOP',
              evidenceId: 'slow',
            });
          }
          return target.updateOne(...args);
        };
      },
    });
    const slow = { ...core, db: { ...core.db, customers } };
    const change = { field: 'phone', value: '+94770000072' } as const;
    await editCustomer(slow, shop, customer._id, change, memberId);
    const kept = await core.db.customers.findOne({ _id: customer._id });
    expect(kept?.addresses.map(({ key }) => key)).toContain('sms:+94770000072');
    expect(kept?.addresses.find(({ key }) => key === 'email:slow@x.lk')).toMatchObject({
      marketing: 'denied',
      stopped: true,
    });
    expect(written).toBe(2);
  });

  it('carries a STOP to the new phone, never a grant', async () => {
    const stopped = await add({ at: ['sms:+94770000021'] });
    const base = { customerId: stopped._id, address: 'sms:+94770000021', topic: 'marketing', words: '' } as const;
    await recordConsent(core, shop._id, { ...base, state: 'granted', source: 'import', evidenceId: 'i1' });
    await recordConsent(core, shop._id, { ...base, state: 'denied', source: 'keyword', evidenceId: 'm1' });
    const moved = await edit(stopped, 'phone', '+94770000022');
    expect(moved.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });

    const granted = await add({ at: ['sms:+94770000031'] });
    await recordConsent(core, shop._id, {
      ...base,
      customerId: granted._id,
      address: 'sms:+94770000031',
      state: 'granted',
      source: 'import',
      evidenceId: 'i2',
    });
    expect((await edit(granted, 'phone', '+94770000032')).addresses[0]?.marketing).toBe('unknown');
  });

  it('obeys what the ledger says of an address that was known before', async () => {
    const customer = await add({ name: 'Moves back' });
    await recordConsent(core, shop._id, {
      customerId: new Types.ObjectId(),
      address: 'email:stopped@x.lk',
      topic: 'marketing',
      state: 'denied',
      source: 'keyword',
      words: 'STOP',
      evidenceId: 'm9',
    });
    expect((await edit(customer, 'email', 'stopped@x.lk')).addresses[0]).toMatchObject({ marketing: 'denied' });
  });
});
