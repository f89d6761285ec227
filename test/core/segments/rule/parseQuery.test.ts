import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KadeError } from '../../../../core/errors.ts';
import { parseQuery } from '../../../../core/segments/rule/parseQuery.ts';
import { printQuery } from '../../../../core/segments/rule/printQuery.ts';
import { parseRule } from '../../../../core/segments/rule.ts';
import { anyRule, CUSTOM } from './anyRule.ts';

const context = { currency: 'LKR', customFields: CUSTOM };
const parse = (query: string) => parseQuery(query, context);

/** The refusal of a query: its code and parameters. */
function refusal(query: string): object {
  try {
    return { rule: parse(query) };
  } catch (error) {
    const { code, params } = error as KadeError;
    return { code, ...params };
  }
}

const LINES: [query: string, rule: object, printed?: string][] = [
  [
    'total_spent > 50k and not bought "red saree" within 90d and (city = Kandy or tag = vip)',
    {
      and: [
        { field: 'total_spent', op: 'gt', value: 5_000_000 },
        { field: 'product', op: 'not_bought', value: 'red saree', within: { last: 'P90D' } },
        {
          or: [
            { field: 'city', op: 'eq', value: 'Kandy' },
            { field: 'tag', op: 'eq', value: 'vip' },
          ],
        },
      ],
    },
    'total_spent > 50000 and not bought "red saree" within 90d and (city = Kandy or tag = vip)',
  ],
  [
    'TOTAL_SPENT >= Rs 1,00,000.50 WITHIN last 6 months',
    { field: 'total_spent', op: 'gte', value: 10_000_050, within: { last: 'P6M' } },
    'total_spent >= 100000.5 within 6m',
  ],
  [
    'avg_order_value between 2.5k and 1 lakh',
    { field: 'avg_order_value', op: 'between', value: [250_000, 10_000_000] },
    'avg_order_value between 2500 and 100000',
  ],
  ['total_spent > 2 crore', { field: 'total_spent', op: 'gt', value: 2_000_000_000 }, 'total_spent > 20000000'],
  ['total_spent < 3m', { field: 'total_spent', op: 'lt', value: 300_000_000 }, 'total_spent < 3000000'],
  ['churn_probability > 70%', { field: 'churn_probability', op: 'gt', value: 0.7 }, 'churn_probability > 0.7'],
  [
    'bought category “gift packs” twice spend > 5k within this month',
    {
      field: 'category',
      op: 'bought',
      value: 'gift packs',
      times: { op: 'eq', value: 2 },
      spend: { op: 'gt', value: 500_000 },
      within: { calendar: 'month', offset: 0 },
    },
    'bought category "gift packs" exactly 2 times spend > 5000 within this month',
  ],
  [
    'bought tea within 90d at least 3 times',
    { field: 'product', op: 'bought', value: 'tea', within: { last: 'P90D' }, times: { op: 'gte', value: 3 } },
    'bought tea at least 3 times within 90d',
  ],
  [
    'spent > 5k on category tea within 2026-01-01..2026-03-31',
    {
      field: 'category',
      op: 'bought',
      value: 'tea',
      spend: { op: 'gt', value: 500_000 },
      within: { from: '2026-01-01', to: '2026-03-31' },
    },
    'bought category tea spend > 5000 within 2026-01-01..2026-03-31',
  ],
  [
    'segment = "big spenders" for 30d',
    { field: 'segment', op: 'stayed', value: 'big spenders', within: { last: 'P30D' } },
  ],
  ['left "big spenders" within 2w', { field: 'segment', op: 'left', value: 'big spenders', within: { last: 'P2W' } }],
  ['not sample 10% seed spring', { not: { field: 'sample', op: 'in', value: { percent: 10, seed: 'spring' } } }],
  ['had call at least 2 times', { field: 'interaction', op: 'had', value: 'call', times: { op: 'gte', value: 2 } }],
  ['opened within 30d', { field: 'campaign', op: 'opened', within: { last: 'P30D' } }, 'opened any within 30d'],
  ['last_purchase_at before 90d ago', { field: 'last_purchase_at', op: 'before', value: { ago: 'P90D' } }],
  [
    'last_purchase_at before oct 1',
    { field: 'last_purchase_at', op: 'before', value: { month: 10, dom: 1 } },
    'last_purchase_at before 1 october',
  ],
  ['birthday in next week', { field: 'birthday', op: 'in', value: { calendar: 'week', offset: 1 } }],
  ['created_at since 1 october', { field: 'created_at', op: 'in', value: { since: { month: 10, dom: 1 } } }],
  [
    'created_at in until yesterday',
    { field: 'created_at', op: 'in', value: { until: { days: -1 } } },
    'created_at until yesterday',
  ],
  ['birthday on today', { field: 'birthday', op: 'on', value: { days: 0 } }],
  [
    'rfm_segment in (champions, "at risk", cant_lose)',
    { field: 'rfm_segment', op: 'in', value: ['champions', 'at_risk', 'cant_lose'] },
    'rfm_segment in (champions, at_risk, cant_lose)',
  ],
  ['consent.sms.service != denied', { field: 'consent.sms.service', op: 'neq', value: 'denied' }],
  ['custom.size = XL', { field: 'custom.size', op: 'eq', value: 'XL' }],
  ['not (bought tea)', { not: { field: 'product', op: 'bought', value: 'tea' } }],
  ['tag != "he said \\"hi\\" \\\\"', { field: 'tag', op: 'neq', value: 'he said "hi" \\' }],
  ['city = ".*"', { field: 'city', op: 'eq', value: '.*' }],
];

const REFUSED: [query: string, refusal: object][] = [
  ['', { code: 'query_unfinished', expects: 'condition' }],
  ['citi = Kandy', { code: 'query_unknown_word', at: 1, text: 'citi', nearest: 'city' }],
  ['නගරය = Kandy', { code: 'query_unknown_word', at: 1, text: 'නගරය' }],
  ['city = Kandy and tagg = vip', { code: 'query_unknown_word', at: 18, text: 'tagg', nearest: 'tag' }],
  ['city = Kandy adn tag = vip', { code: 'query_unknown_word', at: 14, text: 'adn', nearest: 'and' }],
  ['city = Nuwara Eliya', { code: 'query_expected', at: 15, text: 'Eliya', expects: 'end' }],
  ['rfm_segment = champion', { code: 'query_unknown_word', at: 15, nearest: 'champions' }],
  ['total_spent befor 5', { code: 'query_unknown_word', at: 13, text: 'befor' }],
  ['total_spent > abc', { code: 'query_expected', at: 15, text: 'abc', expects: 'amount' }],
  ['total_spent > 50%', { code: 'query_expected', at: 15, expects: 'amount' }],
  ['total_spent > 5.555', { code: 'query_expected', at: 1, text: 'total_spent > 5.555', expects: 'money' }],
  ['all and age between 10 and 5', { code: 'query_expected', at: 9, text: 'age between 10 and 5', expects: 'range' }],
  ['city =', { code: 'query_unfinished', expects: 'text' }],
  ['(city = Kandy', { code: 'query_unfinished', expects: 'bracket' }],
  ['city = "Kandy', { code: 'query_expected', at: 8, expects: 'quote' }],
  ['bought tea within 3x', { code: 'query_expected', at: 19, text: '3x', expects: 'within' }],
  ['birthday in 31 feb', { code: 'query_expected', expects: 'within' }],
  ['created_at in 2026-03-31..2026-01-01', { code: 'query_expected', expects: 'within' }],
  ['bought tea within 3d within 4d', { code: 'query_expected', expects: 'end' }],
  ['city in Kandy', { code: 'query_expected', expects: 'list' }],
  ['sample 200% seed x', { code: 'query_expected', expects: 'sample' }],
  ['tag = hot!', { code: 'query_expected', at: 10, expects: 'end' }],
  ['tag = and', { code: 'query_expected', at: 7, expects: 'text' }],
  ['custom.colour = red', { code: 'query_unknown_word', text: 'custom.colour' }],
];

describe('a text query', () => {
  it.each(LINES)('%s', (query, rule, printed = query) => {
    expect(parse(query)).toEqual(rule);
    expect(printQuery(parse(query), context)).toBe(printed);
  });

  it.each(REFUSED)('refuses %s', (query, expected) => {
    expect(refusal(query)).toMatchObject(expected);
  });

  it('is held to the limits of rules', () => {
    expect(refusal(`${'('.repeat(5000)}all${')'.repeat(5000)}`)).toMatchObject({ code: 'rule_too_deep' });
    expect(refusal(`${'not '.repeat(13)}all`)).toMatchObject({ code: 'rule_too_deep' });
    expect(refusal(Array(201).fill('all').join(' or '))).toMatchObject({ code: 'rule_too_large' });
  });

  it('binds not before and, and before or', () => {
    expect(parse('not all and all or all')).toEqual({
      or: [{ and: [{ not: { all: true } }, { all: true }] }, { all: true }],
    });
  });

  it('is printed from any rule and read back to the same rule, whatever the currency', () => {
    fc.assert(
      fc.property(anyRule, fc.constantFrom('LKR', 'JPY', 'KWD'), (rule, currency) => {
        const query = printQuery(rule, { currency, customFields: CUSTOM });
        const back = parseQuery(query, { currency, customFields: CUSTOM });
        expect(back).toEqual(rule);
        expect(printQuery(back, { currency, customFields: CUSTOM })).toBe(query);
      }),
      { numRuns: 2000 },
    );
  });

  it('of any other letters is refused by a KadeError or is a rule', () => {
    const pieces = fc.constantFrom(
      ...'( ) , .. = != > "x" “y” and or not in within for between 5 10% 90d 3m ago last next this month october 2026'.split(
        ' ',
      ),
      ...'city total_spent bought opened had left segment sample seed spent on at least times spend $where {"$gt":""} /.*/'.split(
        ' ',
      ),
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(pieces, { maxLength: 14 }).map((words) => words.join(' ')),
      fc.tuple(anyRule, fc.nat(), fc.nat({ max: 9 }), fc.string({ maxLength: 3 })).map(([rule, at, gone, added]) => {
        const query = printQuery(rule, context);
        const place = at % (query.length + 1);
        return query.slice(0, place) + added + query.slice(place + gone);
      }),
    );
    fc.assert(
      fc.property(line, (query) => {
        try {
          const rule = parse(query);
          expect(parseRule(rule, CUSTOM)).toEqual(rule);
        } catch (error) {
          expect(error).toBeInstanceOf(KadeError);
        }
      }),
      { numRuns: 6000 },
    );
  });
});
