import fc from 'fast-check';
import { type CustomFields, type FieldSpec, fieldsOf, type Operator } from '../../../../core/segments/fields.ts';
import { type DatePoint, type RelativePeriod, UNITS, WEEKDAYS } from '../../../../core/segments/periods.ts';
import { type Leaf, type Rule, shapeOf } from '../../../../core/segments/rule.ts';

/** The shop's own fields in generated rules, one of each type. */
export const CUSTOM: CustomFields = [
  { key: 'size', name: 'Size', type: 'text' },
  { key: 'points', name: 'Points', type: 'number' },
  { key: 'renewal', name: 'Renewal', type: 'date' },
  { key: 'රුචිය', name: 'රුචිය', type: 'choice', choices: ['S', 'M'] },
  { key: 'limit', name: 'Credit limit', type: 'money' },
  { key: 'card', name: 'Has a card', type: 'yesno' },
];

const WORDS = ['Kandy', 'red saree', 'tea', 'vip', 'නුවර එළිය', 'யாழ்ப்பாணம்', 'and', 'within', 'O"Neill', 'a\\b', '$where'];

/** Words as a rule holds them: one line, spaces folded. */
const anyText = fc
  .oneof(
    fc.constantFrom(...WORDS, '.*', '{"$ne":null}', '(a|b)', '90d', 'x,y', '“q”', '{{name}}', '$t(menu)'),
    fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
  )
  .map((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
  .filter((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) && !/[\p{Cc}\p{Cs}]/u.test(text));

const duration = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.constantFrom('D', 'W', 'M', 'Y'))
  .map(([count, unit]) => `P${count}${unit}`);
const isoDay = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const offset = fc.integer({ min: -40, max: 40 });
const unit = fc.constantFrom(...UNITS);
const month = fc.integer({ min: 1, max: 12 });
const year = fc.option(fc.integer({ min: 1900, max: 2199 }), { nil: undefined });

function withYear<T extends object>(named: fc.Arbitrary<T>): fc.Arbitrary<T & { year?: number }> {
  return fc.tuple(named, year).map(([one, given]) => (given ? { ...one, year: given } : one));
}

export const anyDate: fc.Arbitrary<DatePoint> = fc.oneof(
  isoDay,
  fc.record({ ago: duration }),
  fc.record({ ahead: duration }),
  fc.record({ days: offset }),
  fc.record({ weekday: fc.constantFrom(...WEEKDAYS) }),
  fc.record({ weekday: fc.constantFrom(...WEEKDAYS), week: offset }),
  fc.record({ month, dom: fc.integer({ min: 1, max: 29 }) }),
  fc.record({ start_of: unit, offset }),
  fc.record({ end_of: unit, offset }),
);

export const anyPeriod: fc.Arbitrary<RelativePeriod> = fc.oneof(
  fc.record({ last: duration }),
  fc.record({ next: duration }),
  fc.record({ calendar: unit, offset }),
  withYear(fc.record({ month })),
  withYear(fc.record({ quarter: fc.integer({ min: 1, max: 4 }) })),
  fc.record({ year: fc.integer({ min: 1900, max: 2199 }) }),
  fc
    .record({ from: anyDate, to: anyDate })
    .map(({ from, to }) =>
      typeof from === 'string' && typeof to === 'string' && from > to ? { from: to, to: from } : { from, to },
    ),
  fc.record({ since: anyDate }),
  fc.record({ until: anyDate }),
  fc.record({ on: anyDate }),
);

function anyNumber({ min, max, decimals }: Pick<FieldSpec, 'min' | 'max' | 'decimals'>): fc.Arbitrary<number> {
  const scale = 10 ** decimals;
  const small = fc.integer({ min: Math.max(min, -1000) * scale, max: Math.min(max, 100_000) * scale });
  const large = fc.constantFrom(min, max).map((edge) => edge * scale);
  return fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: large }).map((whole) => whole / scale + 0);
}

const pair = (number: fc.Arbitrary<number>) =>
  fc.tuple(number, number).map(([a, b]): [number, number] => (a <= b ? [a, b] : [b, a]));

function anyMeasure(number: fc.Arbitrary<number>): fc.Arbitrary<object> {
  return fc.oneof(
    fc.record({ op: fc.constantFrom('eq', 'gt', 'gte', 'lt', 'lte'), value: number }),
    fc.record({ op: fc.constant('between'), value: pair(number) }),
  );
}

const times = anyMeasure(fc.integer({ min: 1, max: 50 }));
const spend = anyMeasure(fc.integer({ min: 0, max: 10_000_000 }));

function anyWord({ choices, pattern }: FieldSpec): fc.Arbitrary<string> {
  if (choices) return fc.constantFrom(...choices);
  return pattern ? fc.constantFrom('age:25-34', 'age:65+', 'gender:female', 'city:Kandy', 'city:a "b"') : anyText;
}

function restOf(spec: FieldSpec, op: Operator): fc.Arbitrary<object> {
  const isList = op === 'in' || op === 'not_in';
  const within = anyPeriod;
  const word = anyWord(spec);
  switch (shapeOf(spec, op)) {
    case 'number': {
      const value = op === 'between' ? pair(anyNumber(spec)) : anyNumber(spec);
      return spec.within ? fc.record({ value, within }, { requiredKeys: ['value'] }) : fc.record({ value });
    }
    case 'date':
      return fc.record({ value: isList ? anyPeriod : anyDate });
    case 'word':
      return fc.record({ value: isList ? fc.array(word, { minLength: 1, maxLength: 4 }) : word });
    case 'purchase':
      return fc.record({ value: word, within, times, spend }, { requiredKeys: ['value'] });
    case 'campaign':
      return fc.record({ value: word, within }, { requiredKeys: [] });
    case 'interaction':
      return fc.record({ value: word, within, times }, { requiredKeys: [] });
    case 'stay':
      return fc.record({ value: word, within: op === 'stayed' ? fc.record({ last: duration }) : within });
    case 'sample':
      return fc.record({
        value: fc.record({ percent: fc.integer({ min: 1, max: 10_000 }).map((n) => n / 100), seed: anyText }),
      });
    default:
      return fc.constant({});
  }
}

/** A condition with this field and operator. */
export function anyLeafOf(spec: FieldSpec, op: Operator): fc.Arbitrary<Leaf> {
  return restOf(spec, op).map((rest) => ({ field: spec.name, op, ...rest }) as Leaf);
}

const pairs = [...fieldsOf(CUSTOM).values()].flatMap((spec) => spec.ops.map((op) => [spec, op] as const));
export const ALL_PAIRS: readonly (readonly [FieldSpec, Operator])[] = pairs;

export const anyLeaf: fc.Arbitrary<Leaf> = fc.constantFrom(...pairs).chain(([spec, op]) => anyLeafOf(spec, op));

const group = (rule: fc.Arbitrary<Rule>) => fc.array(rule, { minLength: 2, maxLength: 4 });

/** Any rule that may be saved. */
export const anyRule: fc.Arbitrary<Rule> = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    { weight: 6, arbitrary: anyLeaf },
    { weight: 1, arbitrary: fc.constant<Rule>({ all: true }) },
    { weight: 2, arbitrary: fc.record({ and: group(tie('rule')) }) },
    { weight: 2, arbitrary: fc.record({ or: group(tie('rule')) }) },
    { weight: 2, arbitrary: fc.record({ not: tie('rule') }) },
  ),
})).rule;
