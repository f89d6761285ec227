import type { FieldSpec, Operator } from '../fields.ts';
import type { QueryCursor } from './queryCursor.ts';
import { MEASURES, RESERVED, SIGN_OF } from './queryWords.ts';
import { readMoney, readNumber, readPair, readWithin, readWord } from './readQueryValues.ts';

/** A leaf before it is checked. */
export type RawLeaf = Record<string, unknown>;

/** What stands behind `bought`, `opened`, `had`, `left` …: what it is about, then how often, how much and when, in any order. */
export function readHappening(
  cursor: QueryCursor,
  specs: readonly FieldSpec[],
  op: Operator,
  currency: string,
): RawLeaf {
  const spec = (specs.length > 1 && specs.find(({ name }) => cursor.take(name))) || specs[0];
  if (!spec) throw cursor.expected('condition');
  const leaf: RawLeaf = { field: spec.name, op };
  if (isNamed(cursor, spec)) leaf.value = readWord(cursor, spec);
  for (let more = true; more; ) {
    const found = readModifier(cursor, spec, leaf, currency);
    more = Object.keys(found).length > 0;
    Object.assign(leaf, found);
  }
  return leaf;
}

/** `any` or nothing stands for any campaign, any interaction. */
function isNamed(cursor: QueryCursor, { kind }: FieldSpec): boolean {
  if (kind !== 'campaign' && kind !== 'interaction') return true;
  if (cursor.take('any')) return false;
  const token = cursor.peek();
  return token?.kind === 'quoted' || (token?.kind === 'word' && !RESERVED.has(cursor.word()));
}

/** The next of them, each once. */
function readModifier(cursor: QueryCursor, { kind }: FieldSpec, leaf: RawLeaf, currency: string): RawLeaf {
  if (kind === 'purchase' && !leaf.spend && cursor.take('spend')) return { spend: readSigned(cursor, currency) };
  const isCounted = kind === 'purchase' || kind === 'interaction';
  const times = isCounted && !leaf.times ? readTimes(cursor) : undefined;
  if (times) return { times };
  return leaf.within ? {} : readWithin(cursor);
}

/** `at least 3 times`, `between 2 and 5 times`, `twice`. */
function readTimes(cursor: QueryCursor): RawLeaf | undefined {
  if (cursor.take('once')) return { op: 'eq', value: 1 };
  if (cursor.take('twice')) return { op: 'eq', value: 2 };
  const [op] = MEASURES.find(([, words]) => cursor.take(...words.split(' '))) ?? [];
  if (!op && !cursor.take('between')) return undefined;
  const value = op ? readNumber(cursor) : readPair(cursor, () => readNumber(cursor));
  if (!cursor.take('times') && !cursor.take('time')) throw cursor.expected('times');
  return { op: op ?? 'between', value };
}

/** `> 5k`, `between 1k and 5k`. */
function readSigned(cursor: QueryCursor, currency: string): RawLeaf {
  const money = () => readMoney(cursor, currency);
  if (cursor.take('between')) return { op: 'between', value: readPair(cursor, money) };
  const op = SIGN_OF.get(cursor.word());
  if (!op) throw cursor.expected('spend');
  cursor.skip();
  return { op, value: money() };
}

/** `spent > 5k on category tea within 90d`: what they bought for so much. */
export function readSpent(cursor: QueryCursor, currency: string): RawLeaf {
  const spend = readSigned(cursor, currency);
  if (!cursor.take('on')) throw cursor.expected('text');
  const field = cursor.take('category') ? 'category' : 'product';
  cursor.take('product');
  return { field, op: 'bought', value: cursor.text(), spend, ...readWithin(cursor) };
}

/** `10% seed spring`. */
export function readSample(cursor: QueryCursor): RawLeaf {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(cursor.word()) ?? [];
  if (!percent) throw cursor.expected('sample');
  cursor.skip();
  if (!cursor.take('seed')) throw cursor.expected('sample');
  return { field: 'sample', op: 'in', value: { percent: Number(percent), seed: cursor.text() } };
}
