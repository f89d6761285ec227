import { toMinorUnits } from '../../imports/cells/readNumber.ts';
import { minorDigits } from '../../money.ts';
import type { FieldSpec, Operator } from '../fields.ts';
import type { Condition } from '../rule.ts';
import type { QueryCursor } from './queryCursor.ts';
import { readDate, readPeriod } from './readQueryDates.ts';

const FACTORS: ReadonlyMap<string, number> = new Map([
  ['k', 1e3],
  ['thousand', 1e3],
  ['lakh', 1e5],
  ['lakhs', 1e5],
  ['lac', 1e5],
  ['m', 1e6],
  ['mn', 1e6],
  ['million', 1e6],
  ['cr', 1e7],
  ['crore', 1e7],
  ['crores', 1e7],
]);

/** What stands behind the operator of a field, as the leaf's further keys. */
export function readValue(
  cursor: QueryCursor,
  spec: FieldSpec,
  op: Operator,
  shape: Condition['shape'],
  currency: string,
): Record<string, unknown> {
  const isList = op === 'in' || op === 'not_in';
  if (shape === 'presence') return {};
  if (shape === 'date') return { value: isList ? readPeriod(cursor) : readDate(cursor) };
  if (shape === 'word') return { value: isList ? readList(cursor, spec) : readWord(cursor, spec) };
  const number = () => (spec.kind === 'money' ? readMoney(cursor, currency) : readNumber(cursor, spec.max === 1));
  const value = op === 'between' ? readPair(cursor, number) : number();
  return { value, ...(spec.within ? readWithin(cursor) : {}) };
}

export function readWithin(cursor: QueryCursor): Record<string, unknown> {
  return cursor.take('within') ? { within: readPeriod(cursor) } : {};
}

/** `5 and 10`. */
export function readPair(cursor: QueryCursor, number: () => number): [number, number] {
  const low = number();
  if (!cursor.take('and')) throw cursor.expected('range');
  return [low, number()];
}

/** A word or something quoted; of a field with choices one of these, `at risk` as well as `at_risk`. */
export function readWord(cursor: QueryCursor, { choices }: FieldSpec): string {
  if (!choices) return cursor.text();
  const token = cursor.peek();
  if (!token) throw cursor.expected('choice', { choices: choices.join(', ') });
  const chosen = token.text.toLowerCase().replace(/[\s-]+/g, '_');
  if (!choices.includes(chosen)) throw cursor.unknown(choices);
  cursor.skip();
  return chosen;
}

function readList(cursor: QueryCursor, spec: FieldSpec): string[] {
  if (!cursor.take('(')) throw cursor.expected('list');
  const words = [readWord(cursor, spec)];
  while (cursor.take(',')) words.push(readWord(cursor, spec));
  if (!cursor.take(')')) throw cursor.expected('bracket');
  return words;
}

/** `50k`, `1,00,000`, `2.5 lakh`; `70%` where a share is meant. */
export function readNumber(cursor: QueryCursor, isShare = false): number {
  const [, digits, joined] = /^([+-]?(?:[\d,]+(?:\.\d+)?|\.\d+))(\p{L}+|%)?$/u.exec(cursor.word()) ?? [];
  const joinedFactor = joined === '%' && isShare ? 0.01 : joined ? FACTORS.get(joined) : 1;
  if (!digits || joinedFactor === undefined) throw cursor.expected('amount');
  cursor.skip();
  const apart = joined ? undefined : FACTORS.get(cursor.word());
  if (apart) cursor.skip();
  const factor = apart ?? joinedFactor;
  const value = Number(digits.replaceAll(',', ''));
  return factor === 1 ? value : Math.round(value * factor * 1e6) / 1e6;
}

/** An amount in the shop's currency, `Rs` or its code before it if one likes; minor units. */
export function readMoney(cursor: QueryCursor, currency: string): number {
  if (['rs', 'rs.', currency.toLowerCase()].includes(cursor.word())) cursor.skip();
  return toMinorUnits(readNumber(cursor), minorDigits(currency));
}
