import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addInteraction, type Core, getCustomerCard, listInteractions } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
const shopId = new Types.ObjectId();
const customer = makeCustomer(shopId, { name: 'Nimal', at: ['sms:+94771234567'] });

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  await core.db.customers.insertOne(customer);
  for (let day = 1; day <= 8; day++)
    await addInteraction(core, {
      shopId,
      customerId: customer._id,
      type: 'call',
      text: `call ${day}`,
      at: new Date(Date.UTC(2026, 0, day)),
    });
});
afterAll(() => house.close());

describe('interactions', () => {
  it('come latest first, as many as asked, page by page, of this shop only', async () => {
    const about = { shopId, customerId: customer._id, limit: 3 };
    const first = await listInteractions(core, about);
    expect(first.map((one) => one.text)).toEqual(['call 8', 'call 7', 'call 6']);
    const second = await listInteractions(core, { ...about, before: first[2]?.at ?? new Date(0) });
    expect(second.map((one) => one.text)).toEqual(['call 5', 'call 4', 'call 3']);
    expect(await listInteractions(core, { ...about, shopId: new Types.ObjectId() })).toEqual([]);
  });

  it('happen now unless told', async () => {
    const kept = await addInteraction(core, { shopId, customerId: new Types.ObjectId(), type: 'note', text: 'x' });
    expect(kept.at).toEqual(core.clock.now());
  });

  it('stand on the card between the messages of both sides, five in all', async () => {
    const at = (day: number) => new Date(Date.UTC(2026, 0, day, 12));
    await core.db.inbound.insertOne({
      _id: new Types.ObjectId(),
      shopId,
      providerId: 'p1',
      from: 'sms:+94771234567',
      customerId: customer._id,
      text: 'Do you have tea?',
      at: at(8),
    });
    const row = { shopId, customerId: customer._id, to: 'sms:+94771234567', channel: 'sms', topic: 'service' } as const;
    await core.db.deliveries.insertMany([
      { ...row, _id: new Types.ObjectId(), message: { text: 'Yes' }, status: 'sent', createdAt: at(9), sentAt: at(9) },
      { ...row, _id: new Types.ObjectId(), message: { text: 'Never left' }, status: 'skipped', createdAt: at(10) },
    ]);
    const { happenings } = await getCustomerCard(core, shopId, customer._id);
    expect(happenings.map((one) => [one.kind, one.text])).toEqual([
      ['sent', 'Yes'],
      ['received', 'Do you have tea?'],
      ['call', 'call 8'],
      ['call', 'call 7'],
      ['call', 'call 6'],
    ]);
  });
});
