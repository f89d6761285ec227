import { Binary, BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { compareValues } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';

/** MongoDB's names of BSON types and their numbers. */
export const TYPE_NUMBERS: Record<string, number> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

/** The number of a value's BSON type. */
export function typeNumber(value: unknown): number {
  if (value === null || value === undefined) return 10;
  if (typeof value === 'number') return (value | 0) === value && !Object.is(value, -0) ? 16 : 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 8;
  if (Array.isArray(value)) return 4;
  if (value instanceof Date) return 9;
  if (value instanceof ObjectId) return 7;
  if (value instanceof Double) return 1;
  if (value instanceof Timestamp) return 17;
  if (value instanceof Long) return 18;
  if (value instanceof Decimal128) return 19;
  if (value instanceof Binary) return 5;
  if (isRegex(value)) return 11;
  if (value instanceof MinKey) return -1;
  if (value instanceof MaxKey) return 127;
  return 3;
}

/** The name of a value's BSON type, as $type gives it. */
export function typeName(value: unknown): string {
  const number = typeNumber(value);
  return Object.keys(TYPE_NUMBERS).find((name) => TYPE_NUMBERS[name] === number) ?? 'object';
}

/** Whether a value is null or not there. */
export const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Whether an expression's value counts as true: everything but false, null, undefined and zero. */
export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  return typeof value === 'object' || typeof value === 'number' ? compareValues(value, 0) !== 0 : true;
}

/** Whether a value is an object, null not. */
export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether a value is one of the regular expression types. */
export const isRegex = (value: unknown): value is BSONRegExp | RegExp =>
  value instanceof BSONRegExp || value instanceof RegExp;

/** Whether a value is a number of any BSON type. */
export function isNumber(value: unknown): value is number | Double | Long | Decimal128 {
  if (typeof value === 'number') return true;
  return (
    value instanceof Double || (value instanceof Long && !(value instanceof Timestamp)) || value instanceof Decimal128
  );
}

/** Whether a value is an embedded document, not an array, date, id or number. */
export function isPlain(value: unknown): value is Doc {
  return (
    isObject(value) &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !('_bsontype' in value) &&
    !(value instanceof RegExp)
  );
}
