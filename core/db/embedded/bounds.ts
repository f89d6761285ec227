import { BSONRegExp } from 'bson';
import { isOperators } from './filter.ts';
import { bracketOf, EMPTY_ARRAY, encodeValue } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';
import { isPlain, isRegex } from './values.ts';

/** The values one field may have: pieces of its encoded order; `exact` when they say all that the filter says. */
export interface Bounds {
  pieces: { from: Buffer; to: Buffer; point: boolean }[];
  exact: boolean;
  notNull: boolean;
}

/** In more pieces than this an index is not read: all documents are. */
export const MOST_PIECES = 20_000;

/** The conditions that every match fulfils, as field and operand pairs, $and taken apart. */
export function flatten(filter: Doc): [string, unknown][] {
  const list: [string, unknown][] = [];
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) for (const part of operand) list.push(...flatten(part as Doc));
    else if (name.startsWith('$')) list.push([name, operand]);
    else if (isOperators(operand)) {
      for (const [operator, value] of Object.entries(operand)) {
        if (operator === '$elemMatch' && isPlain(value))
          list.push([name, { $elemMatch: value }], ...insideElement(name, value));
        else
          list.push([
            name,
            operator === '$regex' ? { $regex: value, $options: operand.$options } : { [operator]: value },
          ]);
      }
    } else list.push([name, operand]);
  }
  return list;
}

function insideElement(name: string, value: Doc): [string, unknown][] {
  if (Object.keys(value)[0]?.startsWith('$')) return [];
  return flatten(value).flatMap(([field, operand]): [string, unknown][] =>
    field.startsWith('$') ? [] : [[`${name}.${field}`, operand]],
  );
}

/** What the filter's conditions say about one field, or null when nothing that an index helps with. */
export function boundsOf(field: string, conditions: [string, unknown][], multikey: boolean): Bounds | null {
  const own = conditions.filter(([name]) => name === field).map(([, operand]) => boundsOfOne(operand));
  let found: Bounds | null = null;
  for (const next of own) {
    if (!next) continue;
    // Two conditions on an array may be met by two of its elements, so only one of them narrows.
    if (!found) found = next;
    else if (!multikey) found = intersect(found, next);
  }
  return found && own.includes(null) ? { ...found, exact: false } : found;
}

function intersect(a: Bounds, b: Bounds): Bounds {
  const pieces = a.pieces.flatMap((x) =>
    b.pieces.flatMap((y) => {
      const from = Buffer.compare(x.from, y.from) > 0 ? x.from : y.from;
      const to = Buffer.compare(x.to, y.to) < 0 ? x.to : y.to;
      return Buffer.compare(from, to) < 0 ? [{ from, to, point: x.point || y.point }] : [];
    }),
  );
  return { pieces, exact: a.exact && b.exact, notNull: a.notNull || b.notNull };
}

function point(value: unknown): { from: Buffer; to: Buffer; point: boolean } {
  const from = encodeValue(value);
  return { from, to: after(from) as Buffer, point: true };
}

const isNull = (value: unknown) => value === null || value === undefined;

function pointsOf(values: unknown[]): Bounds {
  const pieces = values.flatMap((value) =>
    Array.isArray(value) ? [point(value), point(value.length > 0 ? value[0] : EMPTY_ARRAY)] : [point(value)],
  );
  const plain = values.every((value) => !isNull(value) && !Array.isArray(value));
  const unique = [...new Map(pieces.map((piece) => [piece.from.latin1Slice(), piece])).values()];
  return { pieces: unique, exact: plain, notNull: values.every((value) => !isNull(value)) };
}

function boundsOfOne(operand: unknown): Bounds | null {
  if (isRegex(operand))
    return prefixOf(operand instanceof BSONRegExp ? operand : new BSONRegExp(operand.source, operand.flags));
  if (!isOperators(operand)) return pointsOf([operand]);
  const [operator, value] = Object.entries(operand)[0] as [string, unknown];
  switch (operator) {
    case '$eq':
      return isRegex(value) ? null : pointsOf([value]);
    case '$in':
      return Array.isArray(value) && value.length <= MOST_PIECES && !value.some(isRegex) ? pointsOf(value) : null;
    case '$all':
      return Array.isArray(value) && value.length > 0 && !isOperators(value[0]) && !isRegex(value[0])
        ? { ...pointsOf([value[0]]), exact: false }
        : null;
    case '$regex':
      if (isRegex(value)) return prefixOf(operand.$options === undefined ? (value as BSONRegExp) : null);
      return prefixOf(typeof value === 'string' ? new BSONRegExp(value, String(operand.$options ?? '')) : null);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return rangeOf(operator, value);
    default:
      return null;
  }
}

function rangeOf(operator: string, value: unknown): Bounds | null {
  if (isNull(value) || Array.isArray(value) || isPlain(value) || Number.isNaN(value)) return null;
  const [first, end] = bracketOf(value);
  const key = encodeValue(value);
  const next = after(key) as Buffer;
  // NaN is the lowest number of the index, but no number is below or above it.
  const lowest = typeof value === 'number' ? Buffer.concat([first, Buffer.alloc(8), Buffer.from([1])]) : first;
  if (operator === '$gt') return { pieces: [{ from: next, to: end, point: false }], exact: true, notNull: true };
  if (operator === '$gte') return { pieces: [{ from: key, to: end, point: false }], exact: true, notNull: true };
  const to = operator === '$lt' ? key : next;
  return { pieces: [{ from: lowest, to, point: false }], exact: true, notNull: true };
}

/** The range of a regular expression that begins with ^ and plain characters. */
function prefixOf(pattern: BSONRegExp | null): Bounds | null {
  const prefix =
    !pattern || /[imx]/.test(pattern.options) ? null : /^\^([\w\s@:/#%&,;=~'"<>!-]+)/.exec(pattern.pattern);
  if (!pattern || !prefix?.[1] || /\|/.test(pattern.pattern)) return null;
  const rest = pattern.pattern.slice(prefix[0].length);
  // A quantifier behind the plain characters belongs to the last of them.
  const text = /^[*?{]/.test(rest) ? prefix[1].slice(0, -1) : prefix[1];
  if (text === '') return null;
  const whole = encodeValue(text);
  const from = whole.subarray(0, whole.length - 2);
  return { pieces: [{ from, to: after(from) as Buffer, point: false }], exact: false, notNull: true };
}
/** The first bytes behind everything that begins with these; null when nothing is. */
export function after(bytes: Buffer): Buffer | null {
  for (let i = bytes.length - 1; i >= 0; i--) {
    if (bytes[i] === 255) continue;
    const next = Buffer.from(bytes.subarray(0, i + 1));
    next[i] = (next[i] as number) + 1;
    return next;
  }
  return null;
}
