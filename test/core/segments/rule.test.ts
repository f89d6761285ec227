import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KadeError } from '../../../core/errors.ts';
import { fieldsOf, NO_CUSTOM } from '../../../core/segments/fields.ts';
import { refuseCircle, segmentsIn } from '../../../core/segments/rule/findCircle.ts';
import { parseQuery } from '../../../core/segments/rule/parseQuery.ts';
import { parseRule, RULE_LIMITS, type Rule } from '../../../core/segments/rule.ts';
import { BUCKETS, bucketOf, sampleBuckets } from '../../../core/segments/sample.ts';
import { ALL_PAIRS, anyLeafOf, anyRule, CUSTOM } from './rule/anyRule.ts';

const leaf = (value: unknown = 'Kandy', op = 'eq', field = 'city') => ({ field, op, value });

function refusal(input: unknown): object {
  try {
    return { rule: parseRule(input, CUSTOM) };
  } catch (error) {
    const { code, params } = error as KadeError;
    return { code, ...params };
  }
}

/** A rule inside so many groups. */
function nested(depth: number): object {
  return depth === 0 ? leaf() : { and: [leaf(), nested(depth - 1)] };
}

const REFUSED: [name: string, input: unknown, refusal: object][] = [
  ['nothing', undefined, { code: 'rule_unreadable' }],
  ['a text', 'city = Kandy', { code: 'rule_unreadable' }],
  ['a list', [leaf()], { code: 'rule_unreadable' }],
  ['no key', {}, { code: 'rule_unreadable' }],
  ['two groups in one', { and: [leaf()], or: [leaf()] }, { code: 'rule_unreadable' }],
  ['an operator of the database', { $where: 'sleep(1000)' }, { code: 'rule_unreadable' }],
  ['an operator beside the field', { ...leaf(), $where: '1' }, { code: 'rule_unreadable' }],
  ['a key that is not known', { ...leaf(), limit: 5 }, { code: 'rule_unreadable' }],
  [
    'a prototype',
    JSON.parse('{"field":"city","op":"eq","value":"x","__proto__":{"a":1}}'),
    { code: 'rule_unreadable' },
  ],
  ['all of nothing', { all: false }, { code: 'rule_unreadable' }],
  ['a group of no list', { and: leaf() }, { code: 'rule_unreadable' }],
  ['an empty group', { and: [] }, { code: 'rule_group_empty' }],
  ['an empty group within', { not: { or: [leaf(), { and: [] }] } }, { code: 'rule_group_empty' }],
  ['an unknown field', leaf('x', 'eq', 'citty'), { code: 'rule_field_unknown', field: 'citty', nearest: 'city' }],
  ['a field of the prototype', leaf('x', 'eq', 'constructor'), { code: 'rule_field_unknown' }],
  ['an undeclared own field', leaf('x', 'eq', 'custom.colour'), { code: 'rule_field_unknown' }],
  ['an unknown operator', leaf('x', 'equals'), { code: 'rule_operator_unknown', op: 'equals' }],
  ['an operator of another kind', leaf('x', 'gt'), { code: 'rule_operator_unknown', field: 'city' }],
  ['a comparison as an operator', leaf('x', '$ne'), { code: 'rule_operator_unknown', op: '$ne' }],
  ['an object as a value', leaf({ $ne: null }), { code: 'rule_value_wrong', field: 'city', expects: 'text' }],
  ['a regular expression', leaf(/.*/), { code: 'rule_value_wrong', expects: 'text' }],
  ['an operator in a list', leaf([{ $gt: '' }], 'in'), { code: 'rule_value_wrong', expects: 'list' }],
  ['an empty list', leaf([], 'in'), { code: 'rule_value_wrong', expects: 'list' }],
  ['a list for one', leaf(['Kandy']), { code: 'rule_value_wrong' }],
  ['no value', { field: 'city', op: 'eq' }, { code: 'rule_value_wrong', text: '…' }],
  ['an empty word', leaf('  '), { code: 'rule_value_wrong' }],
  ['a control character', leaf('a\u0000b'), { code: 'rule_value_wrong' }],
  ['half a character', leaf('\ud800'), { code: 'rule_value_wrong' }],
  ['a word too long', leaf('x'.repeat(201)), { code: 'rule_value_wrong' }],
  ['a choice that is none', leaf('femal', 'eq', 'gender'), { code: 'rule_value_wrong', expects: 'choice' }],
  ['a word for a number', leaf('5', 'gt', 'age'), { code: 'rule_value_wrong', expects: 'number' }],
  ['not a number', leaf(Number.NaN, 'gt', 'age'), { code: 'rule_value_wrong' }],
  ['half an order', leaf(1.5, 'gt', 'order_count'), { code: 'rule_value_wrong' }],
  ['half a cent', leaf(1.5, 'gt', 'total_spent'), { code: 'rule_value_wrong', expects: 'money' }],
  ['a share above one', leaf(70, 'gt', 'churn_probability'), { code: 'rule_value_wrong', low: 0, high: 1 }],
  ['the higher first', leaf([10, 5], 'between', 'age'), { code: 'rule_value_wrong', expects: 'range' }],
  ['no such day', leaf('2026-02-30', 'before', 'created_at'), { code: 'rule_value_wrong', expects: 'date' }],
  ['no such month', leaf({ month: 13 }, 'in', 'created_at'), { code: 'rule_value_wrong', expects: 'within' }],
  ['an endless span', leaf({ last: 'P9999Y' }, 'in', 'created_at'), { code: 'rule_value_wrong' }],
  ['a key beside a period', leaf({ last: 'P9D', $gt: 1 }, 'in', 'created_at'), { code: 'rule_value_wrong' }],
  ['a period for a word', { ...leaf(), within: { last: 'P9D' } }, { code: 'rule_unreadable' }],
  [
    'an operator as a period',
    { ...leaf(1, 'gt', 'order_count'), within: { $gt: 1 } },
    { code: 'rule_value_wrong', expects: 'within' },
  ],
  [
    'never often',
    { ...leaf('tea', 'bought', 'product'), times: { op: 'eq', value: 0 } },
    { code: 'rule_value_wrong', expects: 'times' },
  ],
  ['an unknown demographic', leaf('age:1-2', 'eq', 'demographic'), { code: 'rule_value_wrong' }],
  [
    'a sample of nothing',
    leaf({ percent: 0, seed: 'x' }, 'in', 'sample'),
    { code: 'rule_value_wrong', expects: 'sample' },
  ],
  ['500 conditions', { or: Array(500).fill(leaf()) }, { code: 'rule_too_large', most: 200 }],
  ['500 conditions in groups', { or: Array(5).fill({ and: Array(100).fill(leaf()) }) }, { code: 'rule_too_large' }],
  ['depth 50', nested(50), { code: 'rule_too_deep', most: 12 }],
  [
    'depth 50,000',
    Array(50_000)
      .fill(0)
      .reduce<object>((rule) => ({ not: rule }), leaf()),
    { code: 'rule_too_deep' },
  ],
];

describe('a rule from outside', () => {
  it.each(REFUSED)('is refused: %s', (_, input, expected) => {
    expect(refusal(input)).toMatchObject(expected);
  });

  it('may have 200 conditions and 12 groups in each other', () => {
    expect(parseRule({ or: Array(RULE_LIMITS.conditions).fill(leaf()) })).toHaveProperty('or.length', 200);
    expect(parseRule(nested(RULE_LIMITS.depth))).toEqual(nested(RULE_LIMITS.depth));
  });

  it('comes out with spaces folded and groups of one taken away', () => {
    expect(parseRule({ and: [{ or: [leaf('  Nuwara \n Eliya ')] }] })).toEqual(leaf('Nuwara Eliya'));
    const cyclic: { and: unknown[] } = { and: [leaf()] };
    cyclic.and.push(cyclic);
    expect(refusal(cyclic)).toMatchObject({ code: 'rule_too_deep' });
  });

  it('can ask every field with every operator', () => {
    for (const [spec, op] of ALL_PAIRS) {
      for (const one of fc.sample(anyLeafOf(spec, op), { numRuns: 5, seed: 1 }))
        expect(parseRule(one, CUSTOM)).toEqual(one);
    }
    expect(fieldsOf(CUSTOM).size).toBeGreaterThan(50);
  });

  it('is read as it is, or refused by a KadeError, with no operator of the database in it', () => {
    const bad = fc.oneof(
      fc.constantFrom({ $ne: null }, /.*/, [], {}, null, '$where', -1, 1e300, { op: '$gt', value: 1 }, { $date: 1 }),
      fc.anything(),
    );
    const changed = fc
      .tuple(anyRule, fc.nat(), fc.constantFrom('field', 'op', 'value', 'within', 'times', 'and', '$or'), bad)
      .map(([rule, place, key, value]) => changeNode(structuredClone(rule), place, key, value));
    fc.assert(
      fc.property(fc.oneof(anyRule, changed, changed, fc.anything(), fc.jsonValue()), (input) => {
        const found = refusalOrRule(input);
        if (found === null) return;
        expect(keysOf(found).filter((key) => key.startsWith('$'))).toEqual([]);
        expect(parseRule(found, CUSTOM)).toEqual(found);
      }),
      { numRuns: 5000 },
    );
  });
});

function refusalOrRule(input: unknown): Rule | null {
  try {
    return parseRule(input, CUSTOM);
  } catch (error) {
    expect(error).toBeInstanceOf(KadeError);
    return null;
  }
}

/** Sets a key of some node of the tree. */
function changeNode(rule: Rule, place: number, key: string, value: unknown): Rule {
  const nodes: object[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    nodes.push(node);
    for (const inner of Object.values(node)) walk(inner);
  };
  walk(rule);
  const node = nodes[place % nodes.length];
  if (node && !Array.isArray(node)) Object.assign(node, { [key]: value });
  return rule;
}

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

describe('segments that refer to each other', () => {
  const rules = new Map(
    Object.entries({
      a: 'segment = b and city = Kandy',
      b: 'not segment in (c, d)',
      c: 'left A within 3d',
      d: 'segment = champions',
      e: 'segment = d and segment = champions',
    }).map(([name, query]) => [name, parseQuery(query, { currency: 'LKR' })]),
  );
  const lookup = async (name: string) => rules.get(name.toLowerCase());
  const check = (name: string) => refuseCircle(name, rules.get(name) as Rule, lookup);

  it('in a circle are refused, with the way round', async () => {
    await expect(check('a')).rejects.toMatchObject({ code: 'rule_circular', params: { path: 'a → b → c → A' } });
    await expect(check('e')).resolves.toBeUndefined();
    const self = parseQuery('segment != Me', { currency: 'LKR' });
    await expect(refuseCircle('me', self, lookup)).rejects.toMatchObject({ code: 'rule_circular' });
    expect(segmentsIn(parseQuery('segment = b or entered b within 3d or tag = x', { currency: 'LKR' }))).toEqual(['b']);
  });
});

describe('a sample', () => {
  it('is the same people for the same seed, a smaller share among a larger, another seed unrelated', () => {
    const ten = sampleBuckets({ percent: 10, seed: 'spring' });
    expect(ten).toHaveLength(1000);
    expect(sampleBuckets({ percent: 10, seed: 'spring' })).toEqual(ten);
    const twenty = new Set(sampleBuckets({ percent: 20, seed: 'spring' }));
    expect(ten.every((bucket) => twenty.has(bucket))).toBe(true);
    const other = new Set(sampleBuckets({ percent: 10, seed: 'autumn' }));
    const both = ten.filter((bucket) => other.has(bucket)).length;
    expect(both).toBeGreaterThan(60);
    expect(both).toBeLessThan(140);
    expect(sampleBuckets({ percent: 100, seed: 'x' })).toHaveLength(BUCKETS);
    expect(sampleBuckets({ percent: 0.01, seed: 'x' })).toHaveLength(1);
  });

  it('has people dealt evenly into buckets', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const bucket = bucketOf(i.toString(16).padStart(24, '0'));
      counts[Math.floor(bucket / 1000)] = (counts[Math.floor(bucket / 1000)] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('docs/rules.md', () => {
  const text = readFileSync('docs/rules.md', 'utf8');
  const codes = [...text.replace(/```[^`]*```/g, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

  it('names every field and operator as it is called', () => {
    const named = new Set(codes.flatMap((code) => code.split(/[\s,]+/)));
    const fields = [...fieldsOf(NO_CUSTOM).values()];
    const names = fields.map(({ name }) => name).filter((name) => !name.startsWith('consent.'));
    expect(names.filter((name) => !named.has(name))).toEqual([]);
    const ops = fields.filter(({ kind }) => kind !== 'campaign').flatMap((spec) => spec.ops);
    expect(ops.filter((op) => !named.has(op))).toEqual([]);
  });

  it('shows queries that are read', () => {
    const queries = codes.filter((code) =>
      /^(?:not bought c|bought tea|opened "|had call|entered "|segment =|sample 10|birthday (?:in|on))/.test(code),
    );
    expect(queries.length).toBeGreaterThan(8);
    for (const query of queries) expect(parseQuery(query, { currency: 'LKR' })).toBeTruthy();
    const [, json = '', query = ''] = /```json\n([^`]+)```\n```\n([^`]+)```/.exec(text) ?? [];
    expect(parseQuery(query.trim(), { currency: 'LKR' })).toEqual(parseRule(JSON.parse(json)));
  });
});
