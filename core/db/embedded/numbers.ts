import { Decimal128, Double, Int32, Long } from 'bson';
import { CommandError } from './errors.ts';
import { isNumber } from './values.ts';

type Kind = 'int' | 'long' | 'double';

function kindOf(value: unknown, what: string): Kind {
  if (value instanceof Decimal128)
    throw new CommandError(238, `${what} of Decimal128 is not served by the embedded database`);
  if (value instanceof Long) return 'long';
  if (value instanceof Double || value instanceof Int32) return value instanceof Double ? 'double' : 'int';
  const number = value as number;
  return (number | 0) === number && !Object.is(number, -0) ? 'int' : 'double';
}

/** A number as JavaScript's. Throws 238 NotImplemented for Decimal128 and where an int64 would lose digits. */
export function toNumber(value: unknown, what = 'arithmetic'): number {
  if (typeof value === 'number') return value;
  if (kindOf(value, what) === 'long' && !Number.isSafeInteger(Number(value))) {
    throw new CommandError(238, `${what} of an int64 beyond 2^53 is not served by the embedded database`);
  }
  return Number(value);
}

const asBig = (value: unknown) => (value instanceof Long ? value.toBigInt() : BigInt(Number(value)));

/** Adds or multiplies two numbers as MongoDB's $inc and $mul do: int32 grows to int64 when it must, doubles stay doubles. */
export function combine(a: unknown, b: unknown, operation: '+' | '*', what: string): unknown {
  if (!isNumber(a) || !isNumber(b)) throw new CommandError(14, `Cannot apply ${what} to a value of non-numeric type`);
  const kinds = [kindOf(a, what), kindOf(b, what)];
  if (kinds.includes('double')) {
    const result = operation === '+' ? Number(a) + Number(b) : Number(a) * Number(b);
    return (result | 0) === result ? new Double(result) : result;
  }
  const result = operation === '+' ? asBig(a) + asBig(b) : asBig(a) * asBig(b);
  if (result !== BigInt.asIntN(64, result))
    throw new CommandError(2, `Failed to apply ${what} operations: the result does not fit an int64`);
  if (!kinds.includes('long') && result === BigInt.asIntN(32, result)) return Number(result);
  return Long.fromBigInt(result);
}
