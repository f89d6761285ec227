import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AddressKey,
  answerTicket,
  type Core,
  type Inbound,
  keepMessage,
  listTickets,
  type Member,
  type Shop,
} from '../../../core/index.ts';
import { openTicket } from '../../../core/tickets/openTicket.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
});
afterAll(() => house.close());

let numbers = 0;
const address = (): AddressKey => `sms:+9477300${String(++numbers).padStart(4, '0')}`;
const inbound = (from: AddressKey, text: string): Inbound => {
  const _id = new Types.ObjectId();
  return { _id, shopId: shop._id, providerId: _id.toHexString(), from, text, at: core.clock.now() };
};
async function written(text = 'Hello') {
  const message = inbound(address(), text);
  await core.db.inbound.insertOne(message);
  return { message, ...(await keepMessage(core, message)) };
}

describe('a ticket', () => {
  it('counts a message once, however often it is taken up', async () => {
    const { message, customer } = await written();
    await keepMessage(core, message);
    const again = await keepMessage(core, message);
    expect(again.ticket).toMatchObject({ state: 'open', unread: 1, lastText: 'Hello' });
    expect(again.first).toBe(true);
    expect(await core.db.interactions.countDocuments({ customerId: customer._id })).toBe(1);
    expect((await core.db.inbound.findOne({ _id: message._id }))?.customerId).toEqual(customer._id);
  });

  it('is one for a customer who writes from several places at once', async () => {
    const customer = makeCustomer(shop._id, { name: 'Many' });
    await core.db.customers.insertOne(customer);
    const messages = Array.from({ length: 8 }, (_, i) => inbound(`telegram:${i + 1}`, `line ${i}`));
    await Promise.all(messages.map((message) => openTicket(core, customer._id, message)));
    const tickets = await core.db.tickets.find({ customerId: customer._id }).toArray();
    expect(tickets.map(({ unread }) => unread)).toEqual([8]);
  });

  it('is had by one of many members who answer at once', async () => {
    const { customer } = await written();
    const members = Array.from(
      { length: 5 },
      (_, i): Member => ({
        _id: new Types.ObjectId(),
        shopId: shop._id,
        name: `M${i}`,
        role: 'agent',
        language: 'en',
        addresses: [`web:m${i}`],
        createdAt: core.clock.now(),
      }),
    );
    await core.db.members.insertMany(members);
    const answers = await Promise.all(
      members.map((member) =>
        answerTicket(core, shop, member, { customerId: customer._id, text: member.name, handOver: '' }),
      ),
    );
    const sent = answers.filter(({ taken }) => !taken);
    expect(sent).toHaveLength(1);
    const first = (await core.db.tickets.findOne({ customerId: customer._id }))?.assignee;
    const tellsOf = answers.flatMap((answer) => (answer.taken ? [answer.by?._id.toHexString()] : []));
    expect(new Set(tellsOf)).toEqual(new Set([first?.toHexString()]));
    expect(await core.db.deliveries.countDocuments({ customerId: customer._id })).toBe(1);
    await core.db.members.deleteMany({ _id: { $in: members.map(({ _id }) => _id) } });
  });

  it('is found by an index in every view', async () => {
    const memberId = new Types.ObjectId();
    await listTickets(core, shop._id, memberId, { view: 'mine', skip: 0, limit: 5 });
    const filters = [
      { shopId: shop._id, state: 'open' as const },
      { shopId: shop._id, state: 'open' as const, assignee: memberId },
      { shopId: shop._id, state: 'open' as const, assignee: null },
      { shopId: shop._id, customerId: memberId },
    ];
    for (const filter of filters) {
      const plan = JSON.stringify(await core.db.tickets.find(filter).sort({ lastAt: -1 }).explain());
      expect(plan).toMatch(/IXSCAN|"indexName"/);
      expect(plan).not.toContain('COLLSCAN');
    }
    const answered = { shopId: shop._id, channel: 'sms' as const, providerId: 'x', to: address() };
    expect(JSON.stringify(await core.db.deliveries.find(answered).explain())).toMatch(/IXSCAN|"indexName"/);
  });
});
