import { Decimal128, Double, Long } from 'bson';
import { CommandError } from './errors.ts';

type Kind = 'int' | 'long' | 'double';
export type Operation = '+' | '-' | '*' | '%';

/** Whether a number in JavaScript stands for an int32. */
export const isInt = (value: number) => (value | 0) === value && !Object.is(value, -0);

function kindOf(value: unknown, what: string): Kind {
  if (typeof value === 'number') return isInt(value) ? 'int' : 'double';
  if (value instanceof Decimal128)
    throw new CommandError(238, `${what} of Decimal128 is not served by the embedded database`);
  return value instanceof Long ? 'long' : 'double';
}

/** A number as JavaScript's, which an int64 beyond 2^53 is near. Throws 238 NotImplemented for Decimal128. */
export function toNumber(value: unknown, what = 'arithmetic'): number {
  if (typeof value === 'number') return value;
  kindOf(value, what);
  return Number(value);
}

/** A number that is to be a double, also where it is whole. */
export const doubleOf = (value: number) => ((value | 0) === value ? new Double(value) : value);

/** A whole number as an int32, or as an int64 where it must be; null where neither holds it. */
export function wholeOf(value: bigint, long = false): number | Long | null {
  if (!long && value === BigInt.asIntN(32, value)) return Number(value);
  return value === BigInt.asIntN(64, value) ? Long.fromBigInt(value) : null;
}

const bigOf = (value: unknown) => (value instanceof Long ? value.toBigInt() : BigInt(Number(value)));

function calculate(a: number, b: number, operation: Operation): number {
  if (operation === '+') return a + b;
  if (operation === '-') return a - b;
  return operation === '*' ? a * b : a % b;
}

function calculateBig(a: bigint, b: bigint, operation: Operation): bigint {
  if (operation === '+') return a + b;
  if (operation === '-') return a - b;
  return operation === '*' ? a * b : a % b;
}

/** Calculates with two numbers as MongoDB does: int32 grows to int64 when it must, doubles stay doubles. Null beyond int64. */
export function combine(a: unknown, b: unknown, operation: Operation, what: string): unknown {
  const kinds = [kindOf(a, what), kindOf(b, what)];
  const result = calculate(Number(a), Number(b), operation);
  if (kinds.includes('double')) return doubleOf(result);
  if (!kinds.includes('long') && (result | 0) === result) return result + 0;
  return wholeOf(calculateBig(bigOf(a), bigOf(b), operation), kinds.includes('long'));
}
