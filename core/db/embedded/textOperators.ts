import { Long, ObjectId, Timestamp } from 'bson';
import { dateOf } from './arithmetic.ts';
import { CommandError } from './errors.ts';
import { doubleOf, toNumber, wholeOf } from './numbers.ts';
import { type Operator, text, whole, wrongType } from './operands.ts';
import type { Doc } from './rawBson.ts';
import { toRegExp } from './regex.ts';
import { isMissing, isNumber, isRegex, isTrue, typeName } from './values.ts';

/** An operand as text, as MongoDB coerces it: null and missing are ''. Throws 16007 for what has no text. */
function textOf(value: unknown): string {
  if (isMissing(value)) return '';
  if (typeof value === 'string' || isNumber(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  throw wrongType(16007, 'the conversion to a string', value);
}

const unconvertible = (value: unknown, to: string) =>
  new CommandError(241, `Failed to convert ${typeName(value)} to ${to} in $convert with no onError value`);

const FORMS = { int: /^[+-]?\d+$/, long: /^[+-]?\d+$/, double: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i };

/** $toInt, $toLong, $toDouble. Throws 241 ConversionFailure. */
function converted(to: 'int' | 'long' | 'double'): Operator {
  return ([value]) => {
    if (isMissing(value)) return null;
    const isText = typeof value === 'string' && FORMS[to].test(value);
    if (!isText && !isNumber(value) && typeof value !== 'boolean' && (to === 'int' || !(value instanceof Date)))
      throw unconvertible(value, to);
    if (to === 'double') return doubleOf(Number(value));
    const exact = isText || value instanceof Long ? String(value).replace('+', '') : Math.trunc(Number(value));
    const number = Number.isNaN(Number(exact)) || Math.abs(Number(exact)) > 2 ** 64 ? null : BigInt(exact);
    const result = number === null ? null : wholeOf(number, to === 'long');
    if (result === null || (to === 'int' && result instanceof Long)) throw unconvertible(value, to);
    return result;
  };
}

const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?\s*(?:Z|([+-]\d\d)(?::?(\d\d))?)?$/;

/** A date out of ISO 8601 text. Throws 241 ConversionFailure for any other. */
function parseDate(given: string): Date {
  const [all, day = '', time = '00:00', seconds = ':00', hours = '', minutes = '00'] = DATE.exec(given) ?? [];
  const midnight = new Date(`${day}T00:00Z`);
  const date = new Date(`${day}T${time}${seconds}${hours ? `${hours}:${minutes}` : 'Z'}`);
  if (all === undefined || Number.isNaN(date.getTime()) || !midnight.toISOString().startsWith(day))
    throw new CommandError(241, `Error parsing date string '${given}'`);
  return date;
}

function toDate([value]: unknown[]): unknown {
  if (isMissing(value) || value instanceof Date) return value ?? null;
  if (typeof value === 'string') return parseDate(value);
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.getHighBits() * 1000);
  if (!isNumber(value) || typeName(value) === 'int') throw unconvertible(value, 'date');
  return dateOf(Math.trunc(toNumber(value, '$toDate')), '$toDate');
}

function toObjectId([value]: unknown[]): unknown {
  if (isMissing(value) || value instanceof ObjectId) return value ?? null;
  if (typeof value !== 'string' || !/^[0-9a-f]{24}$/i.test(value)) throw unconvertible(value, 'objectId');
  return new ObjectId(value);
}

function toText([value]: unknown[]): unknown {
  if (isMissing(value)) return null;
  if (typeof value === 'boolean' || value instanceof ObjectId) return String(value);
  if (typeof value !== 'string' && !(value instanceof Date) && !isNumber(value)) throw unconvertible(value, 'string');
  return textOf(value);
}

function regexMatch([operand]: unknown[]): unknown {
  const { input, regex, options } = operand as Doc;
  if (isMissing(regex) || isMissing(input)) return false;
  if (typeof regex !== 'string' && !isRegex(regex)) throw wrongType(51105, '$regexMatch', regex);
  return toRegExp(regex, options ?? undefined).test(text(input, 51104, '$regexMatch'));
}

function replacing(name: '$replaceOne' | '$replaceAll'): Operator {
  return ([operand]) => {
    const { input, find, replacement } = operand as Doc;
    const [all, part, written] = [input, find, replacement].map((given, i) =>
      isMissing(given) ? null : text(given, 51746 - i, name),
    );
    if (isMissing(all) || isMissing(part) || isMissing(written)) return null;
    return name === '$replaceAll' ? all.replaceAll(part, () => written) : all.replace(part, () => written);
  };
}

const SPACES = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

function trimming(name: string, left: boolean, right: boolean): Operator {
  return ([operand]) => {
    const { input, chars = SPACES } = operand as Doc;
    if (isMissing(input)) return null;
    const points = [...text(input, 50699, name)];
    if (isMissing(chars)) return null;
    const gone = new Set(text(chars, 50700, name));
    let [from, to] = [0, points.length];
    while (left && from < to && gone.has(points[from] as string)) from++;
    while (right && from < to && gone.has(points[to - 1] as string)) to--;
    return points.slice(from, to).join('');
  };
}

function substring([given, from, count]: unknown[]): unknown {
  const points = [...textOf(given)];
  const [start, size] = [whole(from, 34450, '$substrCP'), whole(count, 34452, '$substrCP')];
  if (start < 0 || size < 0) throw new CommandError(start < 0 ? 34455 : 34454, '$substrCP needs no negative numbers');
  return points.slice(start, start + size).join('');
}

/** The expression operators on text, and the conversions. */
export const TEXT_OPERATORS: Record<string, Operator> = {
  $toUpper: ([given]) => textOf(given).replace(/[a-z]+/g, (part) => part.toUpperCase()),
  $toLower: ([given]) => textOf(given).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  $strLenCP: ([given]) => [...text(given, 34471, '$strLenCP')].length,
  $substrCP: substring,
  $split: ([given, by]) => {
    if (isMissing(given) || isMissing(by)) return null;
    const [all, separator] = [text(given, 40085, '$split'), text(by, 40086, '$split')];
    if (separator === '') throw new CommandError(40087, '$split requires a non-empty separator');
    return all.split(separator);
  },
  $trim: trimming('$trim', true, true),
  $ltrim: trimming('$ltrim', true, false),
  $rtrim: trimming('$rtrim', false, true),
  $replaceOne: replacing('$replaceOne'),
  $replaceAll: replacing('$replaceAll'),
  $regexMatch: regexMatch,
  $toString: toText,
  $toBool: ([value]) => (isMissing(value) ? null : isTrue(value)),
  $toInt: converted('int'),
  $toLong: converted('long'),
  $toDouble: converted('double'),
  $toDate: toDate,
  $toObjectId: toObjectId,
};
