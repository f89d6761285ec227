import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCustomer } from '../../../core/customers/openCustomer.ts';
import {
  type AddressKey,
  type Core,
  createSignInCode,
  findSenders,
  type Inbound,
  type Member,
  receiveInbound,
  type Shop,
  signIn,
} from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
let core: Core;
let shopId: Shop['_id'];
beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shopId = ((await core.db.shops.findOne({})) as Shop)._id;
});
afterAll(() => house.close());

const message = (id: string, from: AddressKey) => ({ id, from, at: house.clock.now(), text: 'Hello' });
const keep = async (id: string, from: AddressKey) => (await receiveInbound(core, shopId, message(id, from))) as Inbound;

describe('messages', () => {
  test('of the same moment are kept once per sender and provider id', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `m${index % 20}`);
    const kept = await Promise.all(ids.map((id) => receiveInbound(core, shopId, message(id, 'telegram:1'))));
    expect(kept.filter((one) => one !== null)).toHaveLength(20);
    expect(await receiveInbound(core, shopId, message('m1', 'telegram:2'))).not.toBeNull();
    expect(await core.db.inbound.countDocuments({ shopId, from: 'telegram:1', waiting: true })).toBe(20);
  });
});

describe('senders', () => {
  test('are found for many messages at once: members, customers, and neither; a customer’s are marked', async () => {
    const { member } = await signIn(core, await createSignInCode(core, shopId, 'agent'));
    const memberAt = member.addresses[0] as AddressKey;
    const customer = await openCustomer(core, shopId, 'telegram:11');
    const messages = [
      await keep('s1', 'telegram:11'),
      await keep('s2', memberAt),
      await keep('s3', 'telegram:12'),
      await keep('s4', 'telegram:11'),
    ];
    const senders = await findSenders(core, shopId, messages);
    expect(senders).toMatchObject([
      { kind: 'customer', customer: { _id: customer._id } },
      { kind: 'member', member: { _id: (member as Member)._id } },
      { kind: 'customer', customer: null },
      { kind: 'customer', customer: { _id: customer._id } },
    ]);
    const marked = await core.db.inbound.find({ shopId, customerId: customer._id }).sort({ _id: 1 }).toArray();
    expect(marked.map(({ providerId }) => providerId)).toEqual(['s1', 's4']);
    expect(await findSenders(core, new Types.ObjectId(), messages)).toEqual(
      messages.map(() => ({ kind: 'customer', customer: null })),
    );
  });

  test.skipIf(process.env.MONGODB_URI)('are looked up by an index', async () => {
    const $in: AddressKey[] = ['telegram:11', 'telegram:12'];
    const plans = await Promise.all([
      core.db.members.find({ shopId, addresses: { $in } }).explain(),
      core.db.customers.find({ shopId, 'addresses.key': { $in } }).explain(),
    ]);
    for (const plan of plans) expect(JSON.stringify(plan)).toContain('IXSCAN');
  });
});
