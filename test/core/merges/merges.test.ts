import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCustomer } from '../../../core/customers/openCustomer.ts';
import { type QueuedRow, sendGroup } from '../../../core/deliveries/sendGroup.ts';
import {
  type AddressKey,
  type Core,
  type Customer,
  eraseCustomer,
  getCustomer,
  type Inbound,
  keepMessage,
  mergeCustomers,
  recordConsents,
  resumeMerges,
  type Shop,
  undoMerge,
  updateFigures,
} from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;
const memberId = new Types.ObjectId();
beforeAll(async () => {
  house = await openHouse();
  // Segments are scored by a job of their own, whenever it comes.
  const jobs = { ...house.kade.core.jobs, enqueue: async () => {} };
  core = { ...house.kade.core, jobs };
  shop = (await core.db.shops.findOne({})) as Shop;
});
afterAll(() => house.close());

let numbers = 0;
const number = () => `+9477400${String(++numbers).padStart(4, '0')}`;

async function insert(fields: Parameters<typeof makeCustomer>[1]): Promise<Customer> {
  const customer = makeCustomer(shop._id, fields);
  await core.db.customers.insertOne(customer);
  return customer;
}

/** Orders, a note, a message with its ticket, a campaign's row of their own and one that both have. */
async function fill(customer: Customer, shared: Types.ObjectId): Promise<void> {
  const { _id: customerId, shopId } = customer;
  const at = core.clock.now();
  const address = customer.addresses[0]?.key as AddressKey;
  const sums = { lines: [], amount: 500, purchased: 500, returned: 0 };
  for (let i = 0; i < 3; i++)
    await core.db.orders.insertOne({
      _id: new Types.ObjectId(),
      shopId,
      number: `O${++numbers}`,
      customerId,
      at,
      ...sums,
    });
  await core.db.interactions.insertOne({ _id: new Types.ObjectId(), shopId, customerId, type: 'note', text: 'x', at });
  for (const [campaignId, status] of [
    [new Types.ObjectId(), 'sent'],
    [shared, 'queued'],
  ] as const)
    await core.db.deliveries.insertOne({
      _id: new Types.ObjectId(),
      shopId,
      customerId,
      campaignId,
      to: address,
      channel: 'sms',
      topic: 'marketing',
      message: { text: 'x' },
      status,
      createdAt: at,
    });
  const message: Inbound = {
    _id: new Types.ObjectId(),
    shopId,
    providerId: `p${++numbers}`,
    from: address,
    text: 'hello',
    at,
  };
  await core.db.inbound.insertOne(message);
  await keepMessage(core, message);
  await updateFigures(core.db, shopId, [customerId]);
}

/** Two customers, who turn out to be one. */
async function makeTwo() {
  const [one, other] = [number(), number()];
  const into = await insert({
    name: 'Nimal Perera',
    externalId: `A${++numbers}`,
    city: 'Galle',
    tags: ['vip'],
    at: [`sms:${one}`],
  });
  const from = await insert({
    name: 'N Perera',
    externalId: `B${++numbers}`,
    birthday: new Date('1980-01-01'),
    tags: ['tea'],
    at: [`whatsapp:${one}`, `sms:${other}`],
  });
  const shared = new Types.ObjectId();
  await fill(into, shared);
  await fill(from, shared);
  await recordConsents(core, shop._id, [
    {
      customerId: into._id,
      address: `sms:${one}`,
      topic: 'marketing',
      state: 'denied',
      source: 'keyword',
      words: 'STOP',
      evidenceId: `s${numbers}`,
    },
    {
      customerId: from._id,
      address: `whatsapp:${one}`,
      topic: 'marketing',
      state: 'granted',
      source: 'link',
      words: 'yes',
      evidenceId: `g${numbers}`,
    },
    {
      customerId: from._id,
      address: `sms:${other}`,
      topic: 'marketing',
      state: 'granted',
      source: 'link',
      words: 'yes',
      evidenceId: `h${numbers}`,
    },
  ]);
  return { into: into._id, from: from._id, one, other };
}

/** All that there is of these customers, but for the moment of the last change and what is reckoned behind it. */
async function dump(...ids: Types.ObjectId[]): Promise<Record<string, unknown>> {
  const customerId = { $in: ids };
  const sorted = async (name: 'orders' | 'interactions' | 'inbound' | 'deliveries' | 'tickets') =>
    (
      await core.db[name]
        .find({ customerId } as never)
        .sort({ _id: 1 })
        .toArray()
    ).map(({ _id, customerId: whose }) => [String(_id), String(whose)]);
  const customers = await core.db.customers
    .find({ _id: { $in: ids } })
    .sort({ _id: 1 })
    .toArray();
  return {
    customers: customers.map(({ updatedAt: _, merges: __, leadScore: ___, lifecycleStage: ____, ...rest }) => rest),
    orders: await sorted('orders'),
    interactions: await sorted('interactions'),
    inbound: await sorted('inbound'),
    deliveries: await sorted('deliveries'),
    tickets: await sorted('tickets'),
    consents: (
      await core.db.consents
        .find({ customerId, source: { $nin: ['merge', 'undo'] } })
        .sort({ _id: 1 })
        .toArray()
    ).map((row) => [String(row._id), String(row.customerId)]),
  };
}
const stateOf = (customer: Customer | null) =>
  Object.fromEntries(customer?.addresses.map(({ key, marketing }) => [key, marketing]) ?? []);

class Crash extends Error {}
/** The same core, whose database dies at the n-th write. */
function dyingAt(n: number): Core {
  let left = n;
  const writes = new Set([
    'insertOne',
    'insertMany',
    'updateOne',
    'updateMany',
    'deleteOne',
    'deleteMany',
    'bulkWrite',
    'findOneAndUpdate',
  ]);
  const collection = (real: object): object =>
    new Proxy(real, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (!writes.has(String(name))) return value.bind(target);
        return (...args: unknown[]) => {
          if (left-- <= 0) throw new Crash();
          return value.apply(target, args);
        };
      },
    });
  const made = new Map<string | symbol, object>();
  const db = new Proxy(core.db, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'object' || value === null || !('findOne' in value)) return value;
      const known = made.get(name) ?? collection(value);
      made.set(name, known);
      return known;
    },
  });
  // What follows changes behind the merge dies with it, and says so.
  return { ...core, db, log: { info: () => {}, warn: () => {}, error: () => {} } };
}

describe('a merge', () => {
  it('makes one of two: values, addresses, orders, messages, one ticket, figures', async () => {
    const { into, from, one, other } = await makeTwo();
    const lost = await getCustomer(core, shop._id, from);
    await mergeCustomers(core, shop._id, { into, from, memberId });
    const whole = await getCustomer(core, shop._id, into);
    expect(whole).toMatchObject({
      name: 'Nimal Perera',
      city: 'Galle',
      tags: ['vip', 'tea'],
      otherIds: [lost.externalId],
    });
    expect(whole.birthday).toEqual(new Date('1980-01-01'));
    expect(whole.figures).toMatchObject({ orderCount: 6, totalSpent: 3000 });
    expect(whole.addresses.map(({ key }) => key)).toEqual([`sms:${one}`, `whatsapp:${one}`, `sms:${other}`]);
    expect(await core.db.orders.countDocuments({ customerId: into })).toBe(6);
    expect(await core.db.inbound.countDocuments({ customerId: into })).toBe(2);
    expect(await core.db.tickets.countDocuments({ customerId: { $in: [into, from] } })).toBe(1);
    expect(await core.db.customers.countDocuments({ _id: from })).toBe(0);
    // What still names the other leads to who they are now.
    expect((await getCustomer(core, shop._id, from))._id).toEqual(into);
  });

  it('keeps the stricter consent: a STOP on a number holds on its other channel, nothing else changes', async () => {
    const { into, from, one, other } = await makeTwo();
    const merge = await mergeCustomers(core, shop._id, { into, from, memberId });
    const strict = { [`sms:${one}`]: 'denied', [`whatsapp:${one}`]: 'denied', [`sms:${other}`]: 'granted' };
    expect(stateOf(await getCustomer(core, shop._id, into))).toEqual(strict);
    await undoMerge(core, shop._id, merge._id);
    expect(stateOf(await getCustomer(core, shop._id, into))).toEqual({ [`sms:${one}`]: 'denied' });
    expect(stateOf(await getCustomer(core, shop._id, from))).toEqual({
      [`whatsapp:${one}`]: 'granted',
      [`sms:${other}`]: 'granted',
    });
  });

  it('sends a campaign that both are in once', async () => {
    const { into, from } = await makeTwo();
    await mergeCustomers(core, shop._id, { into, from, memberId });
    const rows = await core.db.deliveries
      .find({ customerId: { $in: [into, from] }, status: { $in: ['queued', 'skipped'] } })
      .toArray();
    expect(rows.map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ['queued', undefined],
      ['skipped', 'merged'],
    ]);
  });

  it('holds a campaign back while it is not whole; a row that was planned for the other meanwhile is not sent', async () => {
    const { into, from } = await makeTwo();
    const queued = async (customerId: Types.ObjectId) =>
      (await core.db.deliveries.find({ customerId, status: 'queued' }).toArray()) as QueuedRow[];
    await mergeCustomers(dyingAt(3), shop._id, { into, from, memberId }).catch(died);
    const rows = await queued(from);
    expect(rows).toHaveLength(1);
    await sendGroup(core, shop, rows, { waits: true });
    expect(await core.db.deliveries.findOne({ _id: rows[0]?._id as Types.ObjectId })).toMatchObject({
      status: 'queued',
      reason: 'merging',
    });
    await resumeMerges(core, shop._id);
    const late = { ...(rows[0] as QueuedRow), _id: new Types.ObjectId(), campaignId: new Types.ObjectId() };
    await core.db.deliveries.insertOne(late);
    await sendGroup(core, shop, [late], { waits: true });
    expect(await core.db.deliveries.findOne({ _id: late._id })).toMatchObject({ status: 'skipped', reason: 'merged' });
  });

  it('is undone exactly', async () => {
    const { into, from } = await makeTwo();
    const before = await dump(into, from);
    const merge = await mergeCustomers(core, shop._id, { into, from, memberId });
    expect(await dump(into, from)).not.toEqual(before);
    await undoMerge(core, shop._id, merge._id);
    expect(await dump(into, from)).toEqual(before);
    await expect(undoMerge(core, shop._id, merge._id)).rejects.toMatchObject({ code: 'merge_undone' });
    const record = await core.db.merges.findOne({ _id: merge._id });
    expect(record).toMatchObject({ state: 'undone', into, from });
    expect(record?.before).toBeUndefined();
    await mergeCustomers(core, shop._id, { into: from, from: into, memberId });
    expect((await getCustomer(core, shop._id, into))._id).toEqual(from);
  });

  it('keeps at its undoing what was changed since, and gives what came to an address to whom it belongs', async () => {
    const { into, from, other } = await makeTwo();
    const merge = await mergeCustomers(core, shop._id, { into, from, memberId });
    await core.db.customers.updateOne({ _id: into }, { $set: { birthday: new Date('1990-05-05') } });
    const late: Inbound = {
      _id: new Types.ObjectId(),
      shopId: shop._id,
      providerId: 'late',
      from: `sms:${other}`,
      text: 'later',
      at: core.clock.now(),
    };
    await core.db.inbound.insertOne(late);
    await keepMessage(core, late);
    await undoMerge(core, shop._id, merge._id);
    expect((await getCustomer(core, shop._id, into)).birthday).toEqual(new Date('1990-05-05'));
    expect((await core.db.inbound.findOne({ _id: late._id }))?.customerId).toEqual(from);
    expect((await core.db.interactions.findOne({ _id: late._id }))?.customerId).toEqual(from);
  });

  it('that was left at any step is finished, and so is its undoing', async () => {
    const { into, from } = await makeTwo();
    const before = await dump(into, from);
    const merge = await mergeCustomers(core, shop._id, { into, from, memberId });
    const after = await dump(into, from);
    await undoMerge(core, shop._id, merge._id);
    expect(await dump(into, from)).toEqual(before);
    for (let step = 1, crashed = true; crashed; step++) {
      crashed = await mergeCustomers(dyingAt(step), shop._id, { into, from, memberId }).then(() => false, died);
      await resumeMerges(core, shop._id);
      expect(await dump(into, from), `merging, step ${step}`).toEqual(after);
      const live = await core.db.merges.findOne({ shopId: shop._id, from, live: true });
      await undoMerge(core, shop._id, live?._id as Types.ObjectId);
      expect(await dump(into, from), `after step ${step}`).toEqual(before);
    }
    for (let step = 1, crashed = true; crashed; step++) {
      const { _id } = await mergeCustomers(core, shop._id, { into, from, memberId });
      crashed = await undoMerge(dyingAt(step), shop._id, _id).then(() => false, died);
      await resumeMerges(core, shop._id);
      expect(await dump(into, from), `undoing, step ${step}`).toEqual(before);
    }
  }, 60_000);

  it('is not in the way of someone who writes in the middle of it', async () => {
    const { into, from, other } = await makeTwo();
    // It dies with the one who goes taken out and the one who stays not given anything yet.
    await mergeCustomers(dyingAt(3), shop._id, { into, from, memberId }).catch(died);
    expect(await core.db.customers.countDocuments({ 'addresses.key': `sms:${other}` })).toBe(0);
    expect((await openCustomer(core, shop._id, `sms:${other}`))._id).toEqual(into);
  });

  it('whose one who stays was erased in the middle of it gives back the other', async () => {
    const { into, from } = await makeTwo();
    await mergeCustomers(dyingAt(3), shop._id, { into, from, memberId }).catch(died);
    await core.db.customers.deleteOne({ _id: into });
    await resumeMerges({ ...core, log: { info: () => {}, warn: () => {}, error: () => {} } }, shop._id);
    expect((await getCustomer(core, shop._id, from)).name).toBe('N Perera');
    expect(await core.db.merges.countDocuments({ from, live: true })).toBe(0);
  });

  it('cannot be with oneself, with somebody erased, or undone before a later one', async () => {
    const [a, b] = [await makeTwo(), await makeTwo()];
    await expect(mergeCustomers(core, shop._id, { into: a.into, from: a.into, memberId })).rejects.toMatchObject({
      code: 'merge_same',
    });
    await eraseCustomer(core, shop._id, b.into, { evidenceId: 'e' });
    await expect(mergeCustomers(core, shop._id, { into: b.into, from: b.from, memberId })).rejects.toMatchObject({
      code: 'customer_not_found',
    });
    const first = await mergeCustomers(core, shop._id, { into: a.into, from: a.from, memberId });
    const second = await mergeCustomers(core, shop._id, { into: b.from, from: a.into, memberId });
    expect((await getCustomer(core, shop._id, a.from))._id).toEqual(b.from);
    await expect(undoMerge(core, shop._id, first._id)).rejects.toMatchObject({ code: 'merge_later' });
    await undoMerge(core, shop._id, second._id);
    await undoMerge(core, shop._id, first._id);
    expect((await getCustomer(core, shop._id, a.from))._id).toEqual(a.from);
  });

  it('is forgotten with the person, who is buried under every name and number', async () => {
    const { into, from, other } = await makeTwo();
    const lost = await getCustomer(core, shop._id, from);
    await mergeCustomers(core, shop._id, { into, from, memberId });
    const graves = await core.db.tombstones.countDocuments({});
    await eraseCustomer(core, shop._id, into, { evidenceId: 'forget' });
    // Three addresses and two ids.
    expect(await core.db.tombstones.countDocuments({})).toBe(graves + 5);
    const traces: string[] = [];
    const raw = core.db.connection.getClient().db(core.db.connection.name);
    for (const { name } of await raw.listCollections().toArray())
      for (const row of await raw.collection(name).find().toArray())
        if ([other, lost.externalId ?? '-'].some((trace) => JSON.stringify(row).includes(trace))) traces.push(name);
    expect(traces).toEqual([]);
    await expect(getCustomer(core, shop._id, from)).rejects.toMatchObject({ code: 'customer_not_found' });
  });

  it('is found by an index, however it is asked for', async () => {
    const { _id: shopId } = shop;
    const ids = [new Types.ObjectId()];
    const { merges, notSame, mergeMoves, customers } = core.db;
    const plans = [
      merges.find({ shopId, from: ids[0] as Types.ObjectId, live: true }).explain(),
      merges.find({ shopId, from: { $in: ids }, live: true }).explain(),
      merges.find({ shopId, into: { $in: ids }, state: { $in: ['merging', 'undoing'] } }).explain(),
      merges.find({ shopId, state: { $in: ['merging', 'undoing'] } }).explain(),
      notSame.find({ shopId, first: { $in: ids } }).explain(),
      mergeMoves.find({ mergeId: ids[0] as Types.ObjectId }).explain(),
      customers.find({ shopId, otherIds: 'x' }).explain(),
    ];
    for (const plan of await Promise.all(plans)) {
      expect(JSON.stringify(plan)).toMatch(/IXSCAN|"indexName"/);
      expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
    }
  });
});

function died(error: unknown): true {
  if (error instanceof Crash) return true;
  throw error;
}
