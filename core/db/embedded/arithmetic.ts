import { CommandError } from './errors.ts';
import { combine, doubleOf, isInt, type Operation, toNumber, wholeOf } from './numbers.ts';
import { type Operator, type Values, whole, wrongType } from './operands.ts';
import { isMissing, isNumber, typeName } from './values.ts';

/** A date that many milliseconds from 1970. Throws 238 beyond what JavaScript has. */
export function dateOf(time: unknown, name: string): Date {
  const date = new Date(Math.round(toNumber(time, name)));
  if (Number.isNaN(date.getTime()))
    throw new CommandError(238, `${name} beyond the year 275760 is not served by the embedded database`);
  return date;
}

function calculated(a: unknown, b: unknown, operation: Operation, name: string): unknown {
  return combine(a, b, operation, name) ?? doubleOf(operation === '*' ? Number(a) * Number(b) : Number(a) + Number(b));
}

function add(args: Values): unknown {
  let [total, date]: [unknown, boolean] = [0, false];
  for (const value of args) {
    if (isMissing(value)) return null;
    if (value instanceof Date) {
      if (date) throw new CommandError(16612, 'only one date allowed in an $add expression');
      date = true;
    } else if (!isNumber(value)) throw wrongType(14, '$add', value);
    total = calculated(total, value instanceof Date ? wholeOf(BigInt(value.getTime()), true) : value, '+', '$add');
  }
  return date ? dateOf(total, '$add') : total;
}

function multiply(args: Values): unknown {
  let total: unknown = 1;
  for (const value of args) {
    if (isMissing(value)) return null;
    if (!isNumber(value)) throw wrongType(14, '$multiply', value);
    total = calculated(total, value, '*', '$multiply');
  }
  return total;
}

function subtract([a, b]: unknown[]): unknown {
  if (isMissing(a) || isMissing(b)) return null;
  if (a instanceof Date && b instanceof Date) return wholeOf(BigInt(a.getTime() - b.getTime()), true);
  if (!isNumber(b)) throw wrongType(14, '$subtract', b);
  if (a instanceof Date) return dateOf(a.getTime() - toNumber(b), '$subtract');
  if (!isNumber(a)) throw wrongType(14, '$subtract', a);
  return combine(a, b, '-', '$subtract') ?? doubleOf(Number(a) - Number(b));
}

function divide([a, b]: unknown[]): unknown {
  if (isMissing(a) || isMissing(b)) return null;
  if (!isNumber(a) || !isNumber(b)) throw wrongType(14, '$divide', isNumber(a) ? b : a);
  const [above, below] = [toNumber(a), toNumber(b)];
  if (below === 0) throw new CommandError(2, "can't $divide by zero");
  return doubleOf(above / below);
}

function mod([a, b]: unknown[]): unknown {
  if (isMissing(a) || isMissing(b)) return null;
  if (!isNumber(a) || !isNumber(b)) throw wrongType(16611, '$mod', isNumber(a) ? b : a);
  const by = toNumber(b);
  if (by === 0) throw new CommandError(16610, "can't $mod by zero");
  return combine(a, isInt(by) && typeName(a) !== 'double' ? by : b, '%', '$mod'); // a whole double counts as an int32
}

/** A function of doubles; a whole number of another type stays as it is. */
const ofDouble =
  (name: string, change: (value: number) => number): Operator =>
  ([value]) => {
    if (isMissing(value)) return null;
    if (!isNumber(value)) throw wrongType(28765, name, value);
    return isDouble(value) ? doubleOf(change(toNumber(value))) : value;
  };
const isDouble = (value: unknown) => typeName(value) === 'double' || typeName(value) === 'decimal';

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** $round and $trunc, to decimal places; by the decimal text, as multiplying would move 1.005 off its digits. */
const rounded =
  (name: string, round: (value: number) => number): Operator =>
  ([value, places = 0]) => {
    if (isMissing(value) || places === null) return null;
    if (!isNumber(value)) throw wrongType(51081, name, value);
    const digits = whole(places, 51082, name, 51082);
    if (!isDouble(value) && digits >= 0) return value;
    const moved = (text: string, by: number) => {
      const [mantissa, power = '0'] = text.split('e');
      return Number(`${mantissa}e${Number(power) + by}`);
    };
    const result = moved(String(round(moved(String(toNumber(value)), digits))), -digits);
    return isDouble(value) ? doubleOf(result) : wholeOf(BigInt(result), typeName(value) === 'long');
  };

/** The operators on numbers; $add and $subtract take dates too. */
export const ARITHMETIC: Record<string, Operator> = {
  $subtract: subtract,
  $divide: divide,
  $mod: mod,
  $abs: ([value]) => {
    if (isMissing(value)) return null;
    if (!isNumber(value)) throw wrongType(28765, '$abs', value);
    return toNumber(value) < 0 ? calculated(value, -1, '*', '$abs') : value;
  },
  $ceil: ofDouble('$ceil', Math.ceil),
  $floor: ofDouble('$floor', Math.floor),
  $round: rounded('$round', halfEven),
  $trunc: rounded('$trunc', Math.trunc),
};

/** Those that end at the first operand that is missing. */
export const LAZY_ARITHMETIC: Record<string, (values: Values) => unknown> = { $add: add, $multiply: multiply };
