import { inspect } from 'node:util';
import { type ErrorParams, KadeError } from '../errors.ts';
import {
  type CampaignOperator,
  type ComparisonOperator,
  type CustomFields,
  type DateOperator,
  type FieldSpec,
  fieldsOf,
  type InteractionOperator,
  NO_CUSTOM,
  type PresenceOperator,
  type PurchaseOperator,
  type StayOperator,
  type WordOperator,
} from './fields.ts';
import type { DatePoint, RelativePeriod } from './periods.ts';
import { leafSchema } from './rule/leafSchema.ts';
import { nearestWord } from './rule/nearestWord.ts';

/**
 * Who is meant, as a tree. `not` is everyone else. A leaf about something a customer does not have is false, and so are
 * `neq` and `not_in` of numbers, money and dates; of words they are everyone else, as every `not_…` event is.
 */
export type Rule = AndRule | OrRule | NotRule | AllRule | Leaf;
export interface AndRule {
  and: Rule[];
}
export interface OrRule {
  or: Rule[];
}
export interface NotRule {
  not: Rule;
}
export interface AllRule {
  all: true;
}

/** One leaf per operator, so that the operator tells what the value is. */
type LeafOf<Op extends string, Value> = Op extends string ? { field: string; op: Op; value: Value } : never;

/** How often, or how much: `{op: "gte", value: 3}`; between holds both ends. */
export type Measure =
  | { op: Exclude<ComparisonOperator, 'between' | 'neq'>; value: number }
  | { op: 'between'; value: [number, number] };

/** Money is whole minor units of the shop's currency, as everywhere; a reader of other currencies asks, never converts. */
export type NumberLeaf = { field: string; within?: RelativePeriod } & (Measure | { op: 'neq'; value: number });
export type DateLeaf =
  | LeafOf<Exclude<DateOperator, 'in' | 'not_in'>, DatePoint>
  | LeafOf<'in' | 'not_in', RelativePeriod>;
/** Words are compared without regard to letter case and spaces (`foldText`). */
export type WordLeaf = LeafOf<Exclude<WordOperator, 'in' | 'not_in'>, string> | LeafOf<'in' | 'not_in', string[]>;
export interface PresenceLeaf {
  field: string;
  op: PresenceOperator;
}
/**
 * `value` is a product's name or SKU, or a category. `times` counts orders with a line of it, `spend` sums those lines
 * (quantity and price above 0), both in the period; without them one is enough. `not_bought` is everyone else.
 */
export interface PurchaseLeaf {
  field: 'product' | 'category';
  op: PurchaseOperator;
  value: string;
  within?: RelativePeriod;
  times?: Measure;
  spend?: Measure;
}
/** `value` is a campaign's name; without it any campaign. The event itself lies in the period. */
export interface CampaignLeaf {
  field: 'campaign';
  op: CampaignOperator;
  value?: string;
  within?: RelativePeriod;
}
/** `value` is the type; without it any. Without `times` one is enough. */
export interface InteractionLeaf {
  field: 'interaction';
  op: InteractionOperator;
  value?: string;
  within?: RelativePeriod;
  times?: Measure;
}
/** Entered or left the segment in the period and is in, or out, of it now; `stayed`: in it now and since before the period. */
export interface StayLeaf {
  field: 'segment';
  op: StayOperator;
  value: string;
  within: RelativePeriod;
}
/** The same people for the same seed, and those of 10 % are among those of 20 %: core/segments/sample.ts. */
export interface SampleLeaf {
  field: 'sample';
  op: 'in';
  value: { percent: number; seed: string };
}
export type Leaf =
  | NumberLeaf
  | DateLeaf
  | WordLeaf
  | PresenceLeaf
  | PurchaseLeaf
  | CampaignLeaf
  | InteractionLeaf
  | StayLeaf
  | SampleLeaf;

/** A leaf with what its field is; `shape` says which leaf it is. */
export type Condition = { spec: FieldSpec } & (
  | { shape: 'number'; leaf: NumberLeaf }
  | { shape: 'date'; leaf: DateLeaf }
  | { shape: 'word'; leaf: WordLeaf }
  | { shape: 'presence'; leaf: PresenceLeaf }
  | { shape: 'purchase'; leaf: PurchaseLeaf }
  | { shape: 'campaign'; leaf: CampaignLeaf }
  | { shape: 'interaction'; leaf: InteractionLeaf }
  | { shape: 'stay'; leaf: StayLeaf }
  | { shape: 'sample'; leaf: SampleLeaf }
);

export const RULE_LIMITS = { conditions: 200, depth: 12 } as const;

/**
 * Reads a rule from outside. Anything not of this form is a KadeError that says what and where: unknown keys, fields,
 * operators, values of another type, empty groups, too many conditions, too deep. A group of one becomes that one.
 */
export function parseRule(input: unknown, custom: CustomFields = NO_CUSTOM): Rule {
  let conditions = 0;
  const read = (node: unknown, depth: number): Rule => {
    if (depth > RULE_LIMITS.depth) throw new KadeError('rule_too_deep', { most: RULE_LIMITS.depth });
    const group = readGroup(node);
    if (!group || 'all' in group) conditions += 1;
    if (conditions > RULE_LIMITS.conditions) throw tooLarge();
    if (!group) return readLeaf(node, custom);
    if ('all' in group) return { all: true };
    if ('not' in group) return { not: read(group.not, depth + 1) };
    const members = group.members.map((member) => read(member, depth + 1));
    const [only] = members;
    if (members.length === 1 && only) return only;
    return group.word === 'and' ? { and: members } : { or: members };
  };
  return read(input, 0);
}

/** The leaf with its field; the rule has been read by `parseRule` with the same custom fields. */
export function conditionOf(leaf: Leaf, custom: CustomFields = NO_CUSTOM): Condition {
  const spec = findField(leaf.field, custom);
  return { shape: shapeOf(spec, leaf.op), spec, leaf } as Condition;
}

/** Whether the node is a condition and not a group. */
export function isLeaf(rule: Rule): rule is Leaf {
  return 'field' in rule;
}

/** Every condition of the tree, from left to right. */
export function leavesOf(rule: Rule): Leaf[] {
  if ('and' in rule) return rule.and.flatMap(leavesOf);
  if ('or' in rule) return rule.or.flatMap(leavesOf);
  if ('not' in rule) return leavesOf(rule.not);
  return isLeaf(rule) ? [rule] : [];
}

/** The field of this name; `rule_field_unknown` with the nearest that there is. */
export function findField(name: string, custom: CustomFields): FieldSpec {
  const fields = fieldsOf(custom);
  const spec = fields.get(name);
  if (spec) return spec;
  throw new KadeError('rule_field_unknown', { field: excerpt(name), nearest: nearestWord(name, fields.keys()) });
}

/** Which leaf a field and an operator of it make. */
export function shapeOf({ kind }: FieldSpec, op: string): Condition['shape'] {
  if (op === 'exists' || op === 'missing') return 'presence';
  if (op === 'entered' || op === 'left' || op === 'stayed') return 'stay';
  switch (kind) {
    case 'money':
    case 'number':
      return 'number';
    case 'date':
    case 'anniversary':
      return 'date';
    case 'choice':
    case 'text':
    case 'segment':
      return 'word';
    case 'contact':
      return 'presence';
    default:
      return kind;
  }
}

type Group = { all: true } | { not: unknown } | { word: 'and' | 'or'; members: unknown[] };

/** What groups the node, null for a leaf. */
function readGroup(node: unknown): Group | null {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) throw unreadable(node);
  if (Object.hasOwn(node, 'field')) return null;
  const entries: [string, unknown][] = Object.entries(node);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw unreadable(node);
  const [word, held] = entry;
  if (word === 'all' && held === true) return { all: true };
  if (word === 'not') return { not: held };
  if ((word !== 'and' && word !== 'or') || !Array.isArray(held)) throw unreadable(node);
  if (held.length === 0) throw new KadeError('rule_group_empty');
  if (held.length > RULE_LIMITS.conditions) throw tooLarge();
  return { word, members: held };
}

function readLeaf(node: unknown, custom: CustomFields): Leaf {
  const { field, op, ...rest } = node as { field: unknown; op?: unknown } & Record<string, unknown>;
  if (typeof field !== 'string') throw unreadable(node);
  const spec = findField(field, custom);
  const known = spec.ops.find((one) => one === op);
  if (!known) {
    const nearest = nearestWord(typeof op === 'string' ? op : '', spec.ops);
    throw new KadeError('rule_operator_unknown', { op: excerpt(op), field, nearest, ops: spec.ops.join(', ') });
  }
  const parsed = leafSchema(spec, known, shapeOf(spec, known)).safeParse(node);
  if (parsed.success) return parsed.data as unknown as Leaf;
  const [issue] = parsed.error.issues;
  const [key] = issue?.path ?? [];
  if (typeof key !== 'string') throw unreadable(node);
  throw new KadeError('rule_value_wrong', {
    field,
    op: known,
    text: excerpt(rest[key]),
    ...expected(spec, known, key),
  });
}

/** The parameters of the sentence under `rule.expects` that says what should have stood there. */
function expected(spec: FieldSpec, op: string, key: string): ErrorParams {
  const { min: low, max: high, choices = [], decimals } = spec;
  const bounds = { low, high, choices: choices.join(', '), decimals };
  if (key !== 'value') return { expects: key, ...bounds };
  const shape = shapeOf(spec, op);
  if (shape === 'number') return { expects: `${op === 'between' ? 'range' : spec.kind}`, ...bounds };
  if (shape === 'date') return { expects: op === 'in' || op === 'not_in' ? 'within' : 'date', ...bounds };
  if (shape === 'sample') return { expects: 'sample', ...bounds };
  if (choices.length > 0) return { expects: 'choice', ...bounds };
  return { expects: shape === 'word' && (op === 'in' || op === 'not_in') ? 'list' : 'text', ...bounds };
}

const tooLarge = () => new KadeError('rule_too_large', { most: RULE_LIMITS.conditions });
const unreadable = (node: unknown) => new KadeError('rule_unreadable', { text: excerpt(node) });

/** A few letters of whatever was given, for the reply. */
function excerpt(value: unknown): string {
  if (value === undefined) return '…';
  const text =
    typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: 1000, customInspect: false });
  return text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 60);
}
