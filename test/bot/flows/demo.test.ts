import { afterEach, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../house.ts';

describe('the demo shop', () => {
  let house: House;
  afterEach(() => house.close());

  it('comes in as two ordinary files, shows segments, and goes out by undo', async () => {
    house = await openHouse();
    const replies = await house.tapId('demo.load');
    const { db } = house.kade.core;
    expect(await db.customers.countDocuments()).toBe(160);
    const orders = await db.orders.countDocuments();
    expect(orders).toBeGreaterThan(300);
    expect(replies.map((reply) => reply.text).join('\n')).toContain('160');
    expect(await db.customers.countDocuments({ 'value.segment': 'champions' })).toBeGreaterThan(0);

    const [again] = await house.tapId('demo.load');
    expect(again?.text).toContain('loaded already');
    expect(await db.orders.countDocuments()).toBe(orders);

    await house.say('undo');
    await house.say('undo');
    const left = [db.customers, db.orders, db.products].map((collection) => collection.countDocuments());
    expect(await Promise.all(left)).toEqual([0, 0, 0]);
  }, 60_000);
});
