import fc from 'fast-check';
import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import type { CustomerAddress } from '../../../../core/customers/customer.model.ts';
import type { CustomFields } from '../../../../core/segments/fields.ts';
import type { CustomerFacts, RuleContext } from '../../../../core/segments/rule/customerFacts.ts';
import { matchRule } from '../../../../core/segments/rule/matchRule.ts';
import { parseQuery } from '../../../../core/segments/rule/parseQuery.ts';
import { withNeverBought } from '../../../../core/segments/rule/withNeverBought.ts';
import { bucketOf, sampleBuckets } from '../../../../core/segments/sample.ts';
import { CUSTOM as ANY_CUSTOM, anyRule } from './anyRule.ts';

const CUSTOM: CustomFields = [
  { key: 'size', name: 'size', type: 'text' },
  { key: 'points', name: 'points', type: 'number' },
  { key: 'renewal', name: 'renewal', type: 'date' },
  { key: 'colour', name: 'colour', type: 'text' },
];

/** Saturday 21 November 2026, 10:00 in Colombo. */
const context: RuleContext = {
  now: new Date('2026-11-21T04:30:00Z'),
  timeZone: 'Asia/Colombo',
  custom: CUSTOM,
  products: new Map([
    ['S1', { name: 'Red Silk Saree', category: 'Sarees' }],
    ['T1', { name: 'Ceylon Tea 500g', category: 'Tea' }],
    ['X1', { name: 'Loose thing' }],
  ]),
};

const address = (key: CustomerAddress['key'], more: Partial<CustomerAddress>): CustomerAddress => ({
  key,
  channel: key.split(':')[0] as CustomerAddress['channel'],
  value: key.split(':')[1] ?? '',
  marketing: 'unknown',
  service: 'unknown',
  ...more,
});

const at = (local: string) => new Date(`${local}+05:30`);
const line = (sku: string, amount: number, quantity = 1) => ({ sku, quantity, unitPrice: Math.abs(amount), amount });

/** A buyer of three orders, 61,000.00 in all, last on 1 October. */
const nimal: CustomerFacts = {
  customer: {
    _id: new Types.ObjectId('655f1f77bcf86cd799439011'),
    name: 'Nimal',
    addresses: [
      address('sms:+94771234567', { marketing: 'granted' }),
      address('email:a@b.lk', { marketing: 'denied', service: 'granted' }),
    ],
    city: 'Kandy',
    birthday: new Date('1990-11-24T00:00:00Z'),
    gender: 'male',
    tags: ['VIP', 'birthday-club', 'say "hi"'],
    figures: {
      orderCount: 3,
      totalSpent: 6_100_000,
      totalReturned: 0,
      firstOrderAt: at('2025-11-23T23:30:00'),
      lastOrderAt: at('2026-10-01T09:00:00'),
    },
    value: { recencyDays: 50, frequency: 3, money: 6_100_000, r: 5, f: 5, m: 5, segment: 'champions' },
    preference: 'preference:saree',
    createdAt: at('2025-11-23T23:30:00'),
    lastContactAt: at('2026-11-20T12:00:00'),
    churnProbability: 0.2,
    custom: { size: 'XL', points: 12, renewal: at('2026-12-01T00:00:00') },
  },
  orders: [
    { at: at('2025-11-23T23:30:00'), purchased: 100_000, lines: [line('T1', 100_000)] },
    { at: at('2026-08-23T23:59:00'), purchased: 5_000_000, lines: [line('S1', 5_000_000), line('T1', -50_000, -1)] },
    { at: at('2026-10-01T09:00:00'), purchased: 1_000_000, lines: [line('T1', 500_000), line('X1', 500_000)] },
  ],
  messages: [
    { campaign: 'Avurudu Sale', received: at('2026-04-10T09:00:00'), opened: at('2026-04-11T09:00:00') },
    { campaign: 'Vesak', received: at('2026-05-10T09:00:00') },
  ],
  interactions: [
    { type: 'call', at: at('2026-11-01T09:00:00') },
    { type: 'call', at: at('2026-11-20T09:00:00') },
    { type: 'visit', at: at('2026-01-20T09:00:00') },
  ],
  stays: [
    { segment: 'Big Spenders', enteredAt: at('2026-10-01T09:00:00') },
    { segment: 'weekend', enteredAt: at('2026-01-01T09:00:00'), leftAt: at('2026-11-10T09:00:00') },
  ],
  lists: ['Gala guests'],
};

/** Known by name only. */
const nobody: CustomerFacts = {
  customer: {
    _id: new Types.ObjectId('655f1f77bcf86cd799439012'),
    addresses: [],
    tags: [],
    figures: { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null },
    createdAt: at('2026-11-21T00:30:00'),
  },
  orders: [],
  messages: [],
  interactions: [],
  stays: [],
  lists: [],
};

const holds = (query: string, facts: CustomerFacts) =>
  matchRule(parseQuery(query, { currency: 'LKR', customFields: CUSTOM }), facts, context);

/** A query, whether it holds for Nimal, and for nobody. */
const TABLE: [query: string, nimal: boolean, nobody: boolean][] = [
  ['all', true, true],
  ['total_spent = 61k', true, false],
  ['total_spent < 61k', false, true],
  ['total_spent = 10k within 90d', true, false],
  ['total_spent = 60k within 91d', true, false],
  ['order_count = 1 within 90d', true, false],
  ['order_count = 0 within next month', true, true],
  ['avg_order_value between 20k and 21k', true, false],
  ['avg_order_value < 1', false, false],
  ['recency_days = 51', true, false],
  ['recency_days != 5', true, false],
  ['not recency_days = 5', true, true],
  ['recency_days missing', false, true],
  ['last_purchase_at before 51d ago', true, false],
  ['last_purchase_at before 52d ago', false, false],
  ['last_purchase_at after 52d ago', true, false],
  ['last_purchase_at on 1 october', true, false],
  ['last_purchase_at before 2026-10-01', false, false],
  ['last_purchase_at not in 30d', true, false],
  ['not last_purchase_at in 30d', true, true],
  ['last_purchase_at exists', true, false],
  ['created_at in this month', false, true],
  ['created_at on today', false, true],
  ['birthday in next week', true, false],
  ['birthday on 24 november', true, false],
  ['birthday in november', true, false],
  ['birthday not in november', false, false],
  ['age = 35', true, false],
  ['age missing', false, true],
  ['first_purchase_anniversary in next 3d', true, false],
  ['first_purchase_anniversary in november 2025', false, false],
  ['created_anniversary on 21 november', false, false],
  ['last_contact_at in yesterday', true, false],
  ['city = kandy', true, false],
  ['city != Galle', true, true],
  ['city in (Galle, "  KANDY ")', true, false],
  ['city missing', false, true],
  ['tag = vip', true, false],
  ['tag = "say \\"hi\\""', true, false],
  ['tag not in (staff, vip)', false, true],
  ['gender = male and gender != female', true, false],
  ['email exists', true, false],
  ['phone missing', false, true],
  ['consent.sms = granted', true, false],
  ['consent.email = denied', true, false],
  ['consent.email.service = granted', true, false],
  ['consent.whatsapp = unknown', true, true],
  ['reachable = sms', true, false],
  ['reachable = email', false, false],
  ['reachable missing', false, true],
  ['bought "red silk saree"', true, false],
  ['bought S1', true, false],
  ['bought category tea exactly 2 times', true, false],
  ['bought category tea spend >= 6k', true, false],
  ['bought category tea within 90d spend > 5k', false, false],
  ['not bought category tea', false, true],
  ['not bought category tea at least 3 times', true, true],
  ['opened "avurudu sale"', true, false],
  ['opened vesak', false, false],
  ['not opened vesak', true, true],
  ['received any within april', true, false],
  ['not received any within this month', true, true],
  ['had call exactly 2 times within 30d', true, false],
  ['had any at least 3 times', true, false],
  ['not had visit within 90d', true, true],
  ['rfm_segment = champions', true, false],
  ['rfm_segment = none', false, true],
  ['preference = saree', true, false],
  ['demographic in ("age:35-44", "city:Kandy")', true, false],
  ['demographic = "gender:male"', true, false],
  ['churn_probability < 50%', true, false],
  ['lead_score missing', true, true],
  ['segment = "big spenders"', true, false],
  ['segment != weekend', true, true],
  ['segment = "big spenders" for 51d', true, false],
  ['segment = "big spenders" for 60d', false, false],
  ['entered "big spenders" within 60d', true, false],
  ['left weekend within 30d', true, false],
  ['left weekend within 5d', false, false],
  ['list = "gala guests"', true, false],
  ['custom.size = xl', true, false],
  ['custom.colour missing', true, true],
  ['custom.points >= 12', true, false],
  ['custom.renewal in next 30d', true, false],
  ['all and (city = Kandy or city = Galle) and not tag = staff', true, false],
];

describe('a rule asked of one customer', () => {
  it.each(TABLE)('%s', (query, ofNimal, ofNobody) => {
    expect([holds(query, nimal), holds(query, nobody)]).toEqual([ofNimal, ofNobody]);
  });

  it('is answered for any rule, and the other way round by its opposite', () => {
    fc.assert(
      fc.property(anyRule, fc.constantFrom(nimal, nobody), (rule, facts) => {
        const asked = { ...context, custom: ANY_CUSTOM };
        const answer = matchRule(rule, facts, asked);
        expect(matchRule({ not: rule }, facts, asked)).toBe(!answer);
        expect(matchRule({ or: [rule, { not: rule }] }, facts, asked)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('that is blocked or has said STOP cannot be reached', () => {
    const { customer } = nimal;
    const blocked = { ...nimal, customer: { ...customer, blocked: true } };
    const stopped = {
      ...nimal,
      customer: { ...customer, addresses: customer.addresses.map((one) => ({ ...one, stopped: true })) },
    };
    expect([blocked, stopped].map((facts) => holds('reachable = sms', facts))).toEqual([false, false]);
  });

  it('is in a sample by the bucket of the id', () => {
    const inside = sampleBuckets({ percent: 50, seed: 'x' }).includes(bucketOf('655f1f77bcf86cd799439011'));
    expect(holds('sample 50% seed x', nimal)).toBe(inside);
    expect(holds('not sample 50% seed x', nimal)).toBe(!inside);
    expect(holds('sample 100% seed x', nimal)).toBe(true);
  });

  it('about a lapse can be asked with those who never bought', () => {
    const counts = (query: string) => {
      const wider = withNeverBought(parseQuery(query, { currency: 'LKR' }));
      return wider && [nimal, nobody].map((facts) => matchRule(wider, facts, context));
    };
    expect(counts('last_purchase_at before 30d ago and city != Galle')).toEqual([true, true]);
    expect(counts('recency_days >= 90 or last_purchase_at not in 7d')).toEqual([true, true]);
    expect(counts('not last_purchase_at before 30d ago')).toBeNull();
    expect(counts('last_purchase_at after 30d ago and total_spent > 5')).toBeNull();
  });

  it('grows older, and celebrates 29 February, on 1 March', () => {
    const born = { ...nimal, customer: { ...nimal.customer, birthday: new Date('2004-02-29T00:00:00Z') } };
    const on = (day: string, query: string) =>
      matchRule(parseQuery(query, { currency: 'LKR' }), born, { ...context, now: at(`${day}T09:00:00`) });
    expect([on('2026-02-28', 'age = 21'), on('2026-03-01', 'age = 22')]).toEqual([true, true]);
    expect([on('2026-02-28', 'birthday on today'), on('2026-03-01', 'birthday on today')]).toEqual([false, true]);
    expect([on('2028-02-29', 'birthday on today'), on('2028-03-01', 'birthday on today')]).toEqual([true, false]);
  });
});
