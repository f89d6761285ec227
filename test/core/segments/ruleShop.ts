import { Types } from 'mongoose';
import type { Campaign, Customer, Database, Delivery, Interaction, Order, Segment } from '../../../core/index.ts';
import { seeded } from '../../../core/seeded.ts';
import type { CustomerFacts, RuleContext } from '../../../core/segments/rule/customerFacts.ts';
import { bucketOf } from '../../../core/segments/sample.ts';
import { makeCustomer } from '../../makeCustomer.ts';
import { CUSTOM } from './rule/anyRule.ts';

const DAY_MS = 24 * 3600_000;
const CITIES = ['Kandy', 'KANDY', 'kandy ', 'නුවර එළිය', 'யாழ்ப்பாணம்', '$where', 'O"Neill', 'a\\b', ''];
const TAGS = ['vip', 'VIP', 'tea', 'within', '$where', '{"$ne":null}', 'x,y'];
const PRODUCTS = [
  ['S1', 'Red  Saree', 'Tea'],
  ['S2', 'red saree', 'and'],
  ['T1', 'tea', 'tea'],
  ['tea', 'Kandy', undefined],
  ['X1', '$where', 'vip'],
] as const;
const RECEIVED = ['sent', 'delivered', 'read', 'unknown'];
const BIRTHDAYS = ['1904-02-29', '1961-11-21', '1990-11-22', '1991-11-21', '2001-12-31', '2008-02-29', '2010-01-01'];

/** A made shop of 60 customers: what is in the database, and the same as the plain evaluation of a rule sees it. */
export interface RuleShop {
  shopId: Types.ObjectId;
  facts: CustomerFacts[];
  context: RuleContext;
}

/** Saturday 21 November 2026, 10:00 in Colombo. */
const context: RuleContext = {
  now: new Date('2026-11-21T04:30:00Z'),
  timeZone: 'Asia/Colombo',
  custom: CUSTOM,
  products: new Map(PRODUCTS.map(([sku, name, category]) => [sku, { name, ...(category ? { category } : {}) }])),
};

/** Fills the database with the shop, and with one of another's who must never be found. */
export async function fillRuleShop(db: Database): Promise<RuleShop> {
  const shopId = new Types.ObjectId();
  const draw = drawing(seeded(11));
  const campaigns = ['Tea', 'vip', 'red saree'].map(
    (name) => ({ _id: new Types.ObjectId(), shopId, name }) as Campaign,
  );
  const segments = [
    ['saved', 'Kandy'],
    ['saved', 'RED SAREE'],
    ['saved', 'vip'],
    ['list', 'tea'],
    ['list', 'VIP'],
  ].map(
    ([kind, label]) =>
      ({
        _id: new Types.ObjectId(),
        shopId,
        kind,
        key: `${kind}:${label}`,
        label,
        nameKey: `${kind} ${label}`,
      }) as Segment,
  );
  const people = Array.from({ length: 60 }, () => personOf(shopId, campaigns, segments, draw));
  await db.campaigns.insertMany(campaigns);
  await db.segments.insertMany(segments);
  await db.products.insertMany(
    PRODUCTS.map(([sku, name, category]) => ({
      _id: new Types.ObjectId(),
      shopId,
      sku,
      name,
      ...(category ? { category } : {}),
      createdAt: context.now,
      updatedAt: context.now,
    })),
  );
  await db.customers.insertMany([
    ...people.map(({ customer }) => customer),
    makeCustomer(new Types.ObjectId(), { city: 'Kandy', tags: ['vip'], spent: 1000 }),
  ]);
  await db.orders.insertMany(people.flatMap(({ orders }) => orders));
  await db.deliveries.insertMany(people.flatMap(({ deliveries }) => deliveries));
  await db.interactions.insertMany(people.flatMap(({ interactions }) => interactions));
  return { shopId, context, facts: people.map((person) => factsOf(person, campaigns, segments)) };
}

type Draw = ReturnType<typeof drawing>;

function drawing(random: () => number) {
  const whole = (most: number): number => Math.floor(random() * (most + 1));
  const one = <T>(values: readonly T[]): T => values[whole(values.length - 1)] as T;
  return {
    whole,
    one,
    perhaps: <T extends object>(share: number, make: () => T): Partial<T> => (random() < share ? make() : {}),
    some: <T>(values: readonly T[], share: number): T[] => values.filter(() => random() < share),
    /** Often a day's first moment by the shop's clocks, or the one before it. */
    moment: (days = 900): Date => {
      const midnight = Date.parse('2026-11-20T18:30:00Z') - whole(days) * DAY_MS;
      return new Date(midnight + one([0, -1, whole(DAY_MS)]));
    },
  };
}

interface Person {
  customer: Customer;
  orders: Order[];
  deliveries: Delivery[];
  interactions: Interaction[];
}

function personOf(shopId: Types.ObjectId, campaigns: Campaign[], segments: Segment[], draw: Draw): Person {
  const _id = new Types.ObjectId();
  const orders = Array.from({ length: draw.one([0, 0, 1, 2, 5]) }, (_, n) => orderOf(shopId, _id, n, draw)).sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  );
  const bought = orders.filter(({ purchased }) => purchased > 0);
  const customer = makeCustomer(shopId, {
    _id,
    name: `Person ${_id.toHexString()}`,
    bucket: bucketOf(_id.toHexString()),
    ...profileOf(draw),
    addresses: addressesOf(_id, draw),
    createdAt: draw.moment(),
    figures: {
      orderCount: bought.length,
      totalSpent: bought.reduce((sum, { purchased }) => sum + purchased, 0),
      totalReturned: orders.reduce((sum, { returned }) => sum + returned, 0),
      firstOrderAt: bought[0]?.at ?? null,
      lastOrderAt: bought.at(-1)?.at ?? null,
    },
    ...draw.perhaps(0.8, () => ({
      value: { recencyDays: 1, frequency: 1, money: 1, r: 1, f: 1, m: 1, segment: draw.one(['champions', 'lost']) },
    })),
    ...draw.perhaps(0.7, () => ({ preference: draw.one(['preference:tea', 'preference:red saree']) })),
    ...draw.perhaps(0.8, () => ({
      memberships: draw.some(segments, 0.5).map(({ _id: segmentId }) => ({
        segmentId,
        enteredAt: draw.moment(),
        leftAt: draw.one([null, null, draw.moment(200)]),
      })),
    })),
  });
  return {
    customer,
    orders,
    deliveries: draw.some(campaigns, 0.5).map((campaign) => deliveryOf(customer, campaign._id, draw)),
    interactions: Array.from({ length: draw.whole(4) }, () => ({
      _id: new Types.ObjectId(),
      shopId,
      customerId: _id,
      type: draw.one(['call', 'visit', 'message'] as const),
      text: '',
      at: draw.moment(300),
    })),
  };
}

function profileOf(draw: Draw): Partial<Customer> {
  return {
    tags: draw.some(TAGS, 0.2),
    ...draw.perhaps(0.9, () => ({ city: draw.one(CITIES) })),
    ...draw.perhaps(0.7, () => ({ country: draw.one(['LK', 'lk', 'tea']) })),
    ...draw.perhaps(0.7, () => ({ gender: draw.one(['female', 'male', 'other'] as const) })),
    ...draw.perhaps(0.7, () => ({ language: draw.one(['en', 'si', 'ta'] as const) })),
    ...draw.perhaps(0.8, () => ({ birthday: new Date(`${draw.one(BIRTHDAYS)}T00:00:00Z`) })),
    ...draw.perhaps(0.3, () => ({ blocked: draw.one([true, false]) })),
    ...draw.perhaps(0.7, () => ({ customerType: draw.one(['prospect', 'client'] as const) })),
    ...draw.perhaps(0.7, () => ({ status: draw.one(['active', 'inactive'] as const) })),
    ...draw.perhaps(0.7, () => ({ company: draw.one(['Tea', 'and', 'AND  ']) })),
    ...draw.perhaps(0.7, () => ({ industry: draw.one(['tea', '90d', '.*']) })),
    ...draw.perhaps(0.7, () => ({ lifecycleStage: draw.one(['awareness', 'retention'] as const) })),
    ...draw.perhaps(0.7, () => ({ churnRisk: draw.one(['low', 'medium', 'high'] as const) })),
    ...draw.perhaps(0.7, () => ({ churnProbability: draw.whole(10_000) / 10_000 })),
    ...draw.perhaps(0.7, () => ({ predictedValue: draw.whole(100_000) })),
    ...draw.perhaps(0.7, () => ({ leadScore: draw.whole(100) })),
    ...draw.perhaps(0.7, () => ({ lastContactAt: draw.moment(100) })),
    custom: {
      ...draw.perhaps(0.7, () => ({ size: draw.one(['Tea', 'XL', '']) })),
      ...draw.perhaps(0.7, () => ({ points: draw.whole(1000) / 4 })),
      ...draw.perhaps(0.7, () => ({ renewal: draw.moment(400) })),
      ...draw.perhaps(0.3, () => ({ රුචිය: draw.one(['S', 's ', 'tea']) })),
      ...draw.perhaps(0.7, () => ({ limit: draw.whole(100_000) })),
      ...draw.perhaps(0.7, () => ({ card: draw.one(['yes', 'no']) })),
    },
  };
}

function addressesOf(_id: Types.ObjectId, draw: Draw): Customer['addresses'] {
  const state = () => draw.one(['granted', 'denied', 'unknown'] as const);
  return draw.some(['sms', 'sms', 'whatsapp', 'email', 'web'] as const, 0.5).map((channel, n) => {
    const value = `${_id.toHexString()}-${n}`;
    const key = `${channel}:${value}` as const;
    const stopped = draw.perhaps(0.2, () => ({ stopped: true, marketing: 'denied' as const }));
    return { key, channel, value, marketing: state(), service: state(), ...stopped };
  });
}

function orderOf(shopId: Types.ObjectId, customerId: Types.ObjectId, n: number, draw: Draw): Order {
  const lines = Array.from({ length: 1 + draw.whole(3) }, () => {
    const quantity = draw.one([1, 2, 3, -1]);
    const unitPrice = draw.one([0, 250, 1000, 25_000]);
    return {
      sku: draw.one(['S1', 'S2', 'T1', 'tea', 'X1', 'gone']),
      quantity,
      unitPrice,
      amount: quantity * unitPrice,
    };
  });
  const sum = (some: typeof lines): number => some.reduce((total, { amount }) => total + amount, 0);
  const bought = lines.filter(({ quantity, unitPrice }) => quantity > 0 && unitPrice > 0);
  const [amount, purchased] = [sum(lines), sum(bought)];
  const number = `${customerId.toHexString()}/${n}`;
  const at = draw.moment();
  return {
    _id: new Types.ObjectId(),
    shopId,
    number,
    customerId,
    at,
    lines,
    amount,
    purchased,
    returned: amount - purchased,
  };
}

function deliveryOf({ _id, shopId }: Customer, campaignId: Types.ObjectId, draw: Draw): Delivery {
  const status = draw.one(['queued', 'sent', 'delivered', 'read', 'failed', 'unknown', 'skipped'] as const);
  return {
    _id: new Types.ObjectId(),
    shopId,
    campaignId,
    customerId: _id,
    to: 'sms:x',
    channel: 'sms',
    topic: 'marketing',
    message: { text: '' },
    status,
    createdAt: draw.moment(),
    ...(status === 'queued' || status === 'skipped' ? {} : { sentAt: draw.moment(300) }),
    ...(status === 'read' ? { readAt: draw.moment(300) } : {}),
    ...draw.perhaps(0.3, () => ({ repliedAt: draw.moment(300) })),
  };
}

function factsOf(
  { customer, orders, deliveries, interactions }: Person,
  campaigns: readonly Campaign[],
  segments: readonly Segment[],
): CustomerFacts {
  const nameOf = (id: Types.ObjectId | undefined) => campaigns.find(({ _id }) => _id === id)?.name ?? '';
  const own = (customer.memberships ?? []).flatMap((membership) => {
    const segment = segments.find(({ _id }) => _id === membership.segmentId);
    return segment ? [{ ...membership, kind: segment.kind, label: segment.label }] : [];
  });
  return {
    customer,
    orders,
    interactions,
    messages: deliveries.map(({ campaignId, status, sentAt, readAt, repliedAt }) => ({
      campaign: nameOf(campaignId),
      ...(sentAt && RECEIVED.includes(status) ? { received: sentAt } : {}),
      ...(readAt ? { opened: readAt } : {}),
      ...(repliedAt ? { replied: repliedAt } : {}),
    })),
    stays: own
      .filter(({ kind }) => kind === 'saved')
      .map(({ label, enteredAt, leftAt }) => ({ segment: label, enteredAt, ...(leftAt ? { leftAt } : {}) })),
    lists: own.filter(({ kind, leftAt }) => kind === 'list' && !leftAt).map(({ label }) => label),
  };
}
