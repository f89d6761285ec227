import { KadeError } from '../../errors.ts';
import { type CustomFields, type FieldSpec, fieldsOf, NO_CUSTOM, type Operator } from '../fields.ts';
import { parseRule, RULE_LIMITS, type Rule, shapeOf } from '../rule.ts';
import { nearestWord } from './nearestWord.ts';
import type { QueryContext } from './printQuery.ts';
import { QueryCursor } from './queryCursor.ts';
import { SIGN_OF, SIGNS, VERBS } from './queryWords.ts';
import { type RawLeaf, readHappening, readSample, readSpent } from './readHappening.ts';
import { readSpan } from './readQueryDates.ts';
import { readValue } from './readQueryValues.ts';

/** How deep brackets and nots may stand in each other; the rule itself is held to less. */
const MOST_BRACKETS = 60;
const JOINERS = ['and', 'or'] as const;

/**
 * Reads a line such as `total_spent > 50k and not bought "red saree" within 90d and (city = Kandy or tag = vip)`; "not"
 * binds before "and", "and" before "or". A KadeError says where (letter and words) and what should stand there.
 */
export function parseQuery(query: string, { currency, customFields: custom = NO_CUSTOM }: QueryContext): Rule {
  const reader = new QueryReader(new QueryCursor(query), currency, custom);
  return parseRule(reader.readWhole(), custom);
}

class QueryReader {
  private readonly cursor: QueryCursor;
  private readonly currency: string;
  private readonly custom: CustomFields;
  private readonly fields: ReadonlyMap<string, FieldSpec>;

  constructor(cursor: QueryCursor, currency: string, custom: CustomFields) {
    this.cursor = cursor;
    this.currency = currency;
    this.custom = custom;
    this.fields = fieldsOf(custom);
  }

  readWhole(): Rule {
    const rule = this.readOr(0);
    const left = this.cursor.peek();
    if (!left) return rule;
    // A joining word with a slip in it is told as such.
    const nearest = nearestWord(left.text, JOINERS);
    const isSlip =
      left.kind === 'word' && left.text.length <= 4 && nearest.startsWith(left.text.charAt(0).toLowerCase());
    throw isSlip ? this.cursor.unknown(JOINERS) : this.cursor.expected('end');
  }

  private readOr(depth: number): Rule {
    const members = [this.readAnd(depth)];
    while (this.cursor.take('or')) members.push(this.readAnd(depth));
    return members.length > 1 ? { or: members } : (members[0] as Rule);
  }

  private readAnd(depth: number): Rule {
    const members = [this.readNot(depth)];
    while (this.cursor.take('and')) members.push(this.readNot(depth));
    return members.length > 1 ? { and: members } : (members[0] as Rule);
  }

  private readNot(depth: number): Rule {
    if (depth > MOST_BRACKETS) throw new KadeError('rule_too_deep', { most: RULE_LIMITS.depth });
    const { cursor } = this;
    const negated = VERBS.get(cursor.word(1))?.some(({ ops }) => ops.some((op) => op === `not_${cursor.word(1)}`));
    if (cursor.word() === 'not' && negated) return this.readLeaf();
    if (cursor.take('not')) return { not: this.readNot(depth + 1) };
    if (cursor.take('(')) {
      const inner = this.readOr(depth + 1);
      if (!cursor.take(')')) throw cursor.expected('bracket');
      return inner;
    }
    return cursor.take('all') ? { all: true } : this.readLeaf();
  }

  /** Reads one condition and has it checked at once, so that what is wrong with it is told with its place. */
  private readLeaf(): Rule {
    const first = this.cursor.peek();
    if (first?.kind !== 'word') throw this.cursor.expected('condition');
    const raw = this.readRaw();
    try {
      return parseRule(raw, this.custom);
    } catch (error) {
      if (!(error instanceof KadeError)) throw error;
      const code = error.code === 'rule_value_wrong' ? 'query_expected' : error.code;
      throw new KadeError(code, { ...error.params, ...this.cursor.since(first) }, { cause: error });
    }
  }

  private readRaw(): RawLeaf {
    const { cursor, currency } = this;
    if (cursor.take('sample')) return readSample(cursor);
    if (cursor.take('spent')) return readSpent(cursor, currency);
    const verb = cursor.word(cursor.word() === 'not' ? 1 : 0);
    const specs = VERBS.get(verb);
    if (specs) {
      const op = cursor.take('not') ? (`not_${verb}` as const) : verb;
      cursor.skip();
      return readHappening(cursor, specs, op as Operator, currency);
    }
    const spec = this.readField();
    const op = this.readOperator(spec);
    if (VERBS.has(op.replace('not_', ''))) return readHappening(cursor, [spec], op, currency);
    const shape = shapeOf(spec, op);
    const raw = { field: spec.name, op, ...readValue(cursor, spec, op, shape, currency) };
    if (spec.kind === 'segment' && op === 'eq' && cursor.take('for'))
      return { ...raw, op: 'stayed', within: { last: readSpan(cursor) } };
    return raw;
  }

  private readField(): FieldSpec {
    const { cursor, fields } = this;
    const spec = fields.get(cursor.peek()?.text ?? '') ?? fields.get(cursor.word());
    if (!spec) throw cursor.unknown([...fields.keys(), ...VERBS.keys(), 'sample', 'spent', 'all', 'not']);
    cursor.skip();
    return spec;
  }

  private readOperator({ kind, ops }: FieldSpec): Operator {
    const { cursor } = this;
    // The period says enough.
    if ((kind === 'date' || kind === 'anniversary') && ['since', 'until'].includes(cursor.word())) return 'in';
    const sign = ops.find((op) => op === SIGN_OF.get(cursor.word()));
    if (sign) cursor.skip();
    const found = sign ?? ops.find((op) => !SIGNS.has(op) && cursor.take(...op.split('_')));
    if (found) return found;
    const known = ops.map((op) => SIGNS.get(op) ?? op.replace('_', ' '));
    throw cursor.peek()?.kind === 'word'
      ? cursor.unknown(known)
      : cursor.expected('operator', { ops: known.join(' ') });
  }
}
