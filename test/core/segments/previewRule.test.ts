import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canMessage } from '../../../core/consents/canMessage.ts';
import type { ChannelName, Core, Rule, Shop } from '../../../core/index.ts';
import { compareRules, overlapRule } from '../../../core/segments/compareRules.ts';
import { countRule } from '../../../core/segments/countRule.ts';
import { previewRule } from '../../../core/segments/previewRule.ts';
import type { CustomerFacts } from '../../../core/segments/rule/customerFacts.ts';
import { matchRule } from '../../../core/segments/rule/matchRule.ts';
import { openTestDatabase } from '../../database.ts';
import { anyRule, CUSTOM } from './rule/anyRule.ts';
import { fillRuleShop, type RuleShop } from './ruleShop.ts';

const CHANNELS: readonly ChannelName[] = ['sms', 'email', 'web'];
let close: () => Promise<void>;
let core: Core;
let made: RuleShop;
let shop: Shop;

beforeAll(async () => {
  const opened = await openTestDatabase();
  ({ close } = opened);
  made = await fillRuleShop(opened.db);
  const { now, timeZone } = made.context;
  const channels = new Map(CHANNELS.map((name) => [name, {}]));
  core = { db: opened.db, clock: { now: () => now }, channels } as unknown as Core;
  // Closed at this hour: previews leave nobody out for that.
  shop = { _id: made.shopId, timeZone, sendingHours: { from: 0, to: 1 }, weeklyCap: 2, customFields: CUSTOM } as Shop;
});
afterAll(() => close());

const meant = (rule: Rule) => made.facts.filter((facts) => matchRule(rule, facts, made.context));

function figuresOf(people: readonly CustomerFacts[]) {
  const figures = people.map(({ customer }) => customer.figures);
  const days = figures.map(({ lastOrderAt }) =>
    lastOrderAt ? (made.context.now.getTime() - lastOrderAt.getTime()) / (24 * 3600_000) : 0,
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    customers: people.length,
    buyers: figures.filter(({ orderCount }) => orderCount > 0).length,
    revenue: sum(figures.map(({ totalSpent }) => totalSpent)),
    orders: sum(figures.map(({ orderCount }) => orderCount)),
    recencyDays: expect.closeTo(sum(days), 5),
  };
}

function refusalsOf(people: readonly CustomerFacts[], channel: ChannelName): (string | null)[] {
  const context = { shop, sentThisWeek: 0 };
  return people.map(({ customer }) => {
    const own = customer.addresses.filter((address) => address.channel === channel);
    const answers = own.map(({ key }) => canMessage(customer, key, 'marketing', made.context.now, context));
    if (answers.some((answer) => answer.ok || answer.reason === 'quiet_hours')) return null;
    if (customer.blocked) return 'blocked';
    const [first] = answers;
    return first && !first.ok ? first.reason : 'no_address';
  });
}

describe('a preview', () => {
  it('says of any rule what going through the people says', async () => {
    await fc.assert(
      fc.asyncProperty(anyRule, async (rule) => {
        const people = meant(rule);
        const preview = await previewRule(core, shop, rule);
        expect(preview.people).toEqual(figuresOf(people));
        expect(preview.all).toEqual(figuresOf(made.facts));
        for (const { channel, reachable, leftOut } of preview.reach) {
          const refusals = refusalsOf(people, channel);
          expect(reachable).toBe(refusals.filter((refusal) => refusal === null).length);
          for (const { reason, count } of leftOut)
            expect([reason, count]).toEqual([reason, refusals.filter((refusal) => refusal === reason).length]);
          expect(leftOut.reduce((sum, { count }) => sum + count, reachable)).toBe(people.length);
        }
        const spent = (names: readonly (string | undefined)[]) =>
          names.map((name) => people.find(({ customer }) => customer.name === name)?.customer.figures.totalSpent);
        const best = people.map(({ customer }) => customer.figures.totalSpent).sort((a, b) => b - a);
        expect(spent(preview.names)).toEqual(best.slice(0, 5));
      }),
      { numRuns: 25 },
    );
  });

  it('says how many a lapse condition leaves out because they never bought', async () => {
    const never = made.facts.filter(({ customer }) => !customer.figures.lastOrderAt).length;
    expect(never).toBeGreaterThan(5);
    const lapsed: Rule = { field: 'recency_days', op: 'gte', value: 90 };
    expect((await previewRule(core, shop, lapsed)).neverBought).toBe(never);
    const asked: Rule = { or: [lapsed, { field: 'last_purchase_at', op: 'missing' }] };
    expect((await previewRule(core, shop, asked)).neverBought).toBe(0);
    expect((await previewRule(core, shop, { not: lapsed })).neverBought).toBeNull();
  });
});

describe('two rules', () => {
  it('overlap as sets do', async () => {
    await fc.assert(
      fc.asyncProperty(anyRule, anyRule, async (one, other) => {
        const { parts, all } = await compareRules(core, shop, [one, other]);
        const [a, b] = [new Set(meant(one)), new Set(meant(other))];
        expect(parts.first.people).toEqual(figuresOf([...a].filter((facts) => !b.has(facts))));
        expect(parts.both.people).toEqual(figuresOf([...a].filter((facts) => b.has(facts))));
        expect(parts.second.people).toEqual(figuresOf([...b].filter((facts) => !a.has(facts))));
        expect(await countRule(core, shop, overlapRule('either', [one, other]))).toBe(new Set([...a, ...b]).size);
        expect(all.customers).toBe(made.facts.length);
      }),
      { numRuns: 15 },
    );
  });
});
