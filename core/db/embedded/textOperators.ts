import { Long, ObjectId } from 'bson';
import { computeDate } from './dates.ts';
import { CommandError } from './errors.ts';
import { computeByMingo } from './mingo.ts';
import { toNumber } from './numbers.ts';
import type { Operator } from './operators.ts';
import type { Doc } from './rawBson.ts';
import { toRegExp } from './regex.ts';
import { isNumber, isRegex, isTrue, typeName, typeNumber } from './values.ts';

const missing = (value: unknown) => value === null || value === undefined;

/** An operand as text, as MongoDB coerces it: null and missing are ''. Throws 16007 for what has no text. */
function textOf(value: unknown): string {
  if (missing(value)) return '';
  if (typeof value === 'string' || isNumber(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new CommandError(16007, `can't convert from BSON type ${typeName(value)} to String`);
}

const unconvertible = (value: unknown, to: string) =>
  new CommandError(241, `Failed to convert ${typeName(value)} to ${to} in $convert with no onError value`);

/** $toInt, $toLong, $toDouble. Throws 241 ConversionFailure. */
function toNumeric(name: string): Operator {
  const whole = name !== '$toDouble';
  const most = name === '$toInt' ? 2 ** 31 : 2 ** 63;
  return ([value]) => {
    if (missing(value)) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    const fits =
      typeof value === 'string' && (whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(value);
    if (value instanceof Date && name !== '$toInt') return value.getTime();
    if (name === '$toLong' && value instanceof Long && isNumber(value)) return value;
    if (!fits && !isNumber(value)) throw unconvertible(value, name.slice(3).toLowerCase());
    const number = whole ? Math.trunc(Number(value)) : Number(value);
    if (whole && !(number >= -most && number < most)) throw unconvertible(value, name.slice(3).toLowerCase());
    return number;
  };
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** A date out of ISO 8601 text. Throws 241 ConversionFailure for any other. */
function parseDate(text: string, timezone?: unknown): unknown {
  const parts = DATE.exec(text);
  if (!parts) throw new CommandError(241, `Error parsing date string '${text}'`);
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const millisecond = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000 + 1e-6);
  const zone = parts[8] ?? timezone;
  const given = { year, month, day, hour, minute, second, millisecond };
  return computeDate('$dateFromParts', zone === undefined ? given : { ...given, timezone: zone });
}

/** $dateFromString with a format, by mingo. */
function byFormat(options: Doc): unknown {
  const literals = Object.entries(options).map(([name, value]) => [name, { $literal: value }]);
  return computeByMingo('$dateFromString', Object.fromEntries(literals)) ?? null;
}

function dateFromString([operand]: unknown[]): unknown {
  const options = operand as Doc;
  if ('format' in options) return byFormat(options);
  if (missing(options.dateString)) return options.onNull ?? null;
  try {
    if (typeof options.dateString !== 'string') throw unconvertible(options.dateString, 'date');
    return parseDate(options.dateString, options.timezone);
  } catch (error) {
    if ('onError' in options && error instanceof CommandError && error.code === 241) return options.onError;
    throw error;
  }
}

function toDate([value]: unknown[]): unknown {
  if (missing(value) || value instanceof Date) return value ?? null;
  if (typeof value === 'string') return parseDate(value);
  if (value instanceof ObjectId) return value.getTimestamp();
  if (!isNumber(value) || typeNumber(value) === 16) throw unconvertible(value, 'date');
  return new Date(Math.trunc(toNumber(value, '$toDate')));
}

/** All matches of a $regexFind's regex in its input; null where the input is null. Places are counted in code points. */
function matchesOf(operand: unknown): { match: string; idx: number; captures: (string | null)[] }[] | null {
  const { input, regex, options } = operand as Doc;
  if (missing(input) || missing(regex)) return null;
  if (typeof input !== 'string') throw new CommandError(51104, `regex needs 'input' to be of type string`);
  if (typeof regex !== 'string' && !isRegex(regex))
    throw new CommandError(51105, `'regex' must be of type string or regex`);
  const pattern = toRegExp(regex, options ?? undefined);
  const found = [...input.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))];
  return found.map((match) => ({
    match: match[0],
    idx: [...input.slice(0, match.index)].length,
    captures: match.slice(1).map((part) => part ?? null),
  }));
}

function replacing(name: '$replaceOne' | '$replaceAll'): Operator {
  return ([operand]) => {
    const { input, find, replacement } = operand as Doc;
    const texts = [input, find, replacement];
    const wrong = texts.findIndex((text) => !missing(text) && typeof text !== 'string');
    if (wrong >= 0) throw new CommandError(51746 - wrong, `${name} needs strings, found: ${typeName(texts[wrong])}`);
    if (texts.some(missing)) return null;
    const written = () => String(replacement);
    return name === '$replaceAll'
      ? String(input).replaceAll(String(find), written)
      : String(input).replace(String(find), written);
  };
}

/** By bytes, where neither end may cut a character in two. */
function bytes([given, from, count]: unknown[]): unknown {
  const text = Buffer.from(textOf(given));
  const [start, size] = [toNumber(from), toNumber(count)];
  const end = size < 0 ? text.length : start + size;
  const inside = (at: number) => ((text[at] ?? 0) & 0xc0) === 0x80;
  if (inside(start)) throw new CommandError(28656, '$substrBytes: starts in the middle of a character');
  if (inside(end)) throw new CommandError(28657, '$substrBytes: ends in the middle of a character');
  return text.subarray(start, end).toString();
}

function points([given, from, count]: unknown[]): unknown {
  const [start, size] = [toNumber(from), toNumber(count)];
  return [...textOf(given)].slice(start, start + size).join('');
}

function toText([value]: unknown[]): unknown {
  if (missing(value)) return null;
  if (typeof value === 'boolean' || value instanceof ObjectId) return String(value);
  if (typeof value !== 'string' && !(value instanceof Date) && !isNumber(value)) throw unconvertible(value, 'string');
  return textOf(value);
}

/** The expression operators on text, and the conversions. */
export const TEXT_OPERATORS: Record<string, Operator> = {
  $toUpper: ([text]) => textOf(text).replace(/[a-z]+/g, (part) => part.toUpperCase()),
  $toLower: ([text]) => textOf(text).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  $toString: toText,
  $concat: (parts) => {
    for (const part of parts) {
      if (missing(part)) return null;
      if (typeof part !== 'string')
        throw new CommandError(16702, `$concat only supports strings, not ${typeName(part)}`);
    }
    return parts.join('');
  },
  $strcasecmp: ([one, two]) => {
    const [a, b] = [textOf(one).toUpperCase(), textOf(two).toUpperCase()];
    return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  },
  $substr: bytes,
  $substrBytes: bytes,
  $substrCP: points,
  $replaceOne: replacing('$replaceOne'),
  $replaceAll: replacing('$replaceAll'),
  $regexMatch: ([operand]) => (matchesOf(operand)?.length ?? 0) > 0,
  $regexFind: ([operand]) => matchesOf(operand)?.[0] ?? null,
  $regexFindAll: ([operand]) => matchesOf(operand) ?? [],
  $toBool: ([value]) => (missing(value) ? null : isTrue(value)),
  $toInt: toNumeric('$toInt'),
  $toLong: toNumeric('$toLong'),
  $toDouble: toNumeric('$toDouble'),
  $toDate: toDate,
  $dateFromString: dateFromString,
};
