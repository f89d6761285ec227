import { ObjectId } from 'bson';
import { CommandError } from './errors.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { toNumber } from './numbers.ts';
import { isNumber, isPlain, isTrue, typeName } from './values.ts';

/** Computes an expression operator from its operands' values; missing is undefined. */
export type Operator = (args: unknown[]) => unknown;

/** A list operand; null for null or missing. Throws 28651 for another type. */
export function listOf(value: unknown, name: string): unknown[] | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) throw new CommandError(28651, `input to ${name} must be an array not ${typeName(value)}`);
  return value;
}

const missing = (value: unknown) => value === null || value === undefined;

function comparison(test: (order: number) => boolean): Operator {
  return ([a, b]) => {
    // In expressions, unlike in filters, a missing value sorts before null and types are compared across.
    if (a === undefined || b === undefined) return test(a === b ? 0 : a === undefined ? -1 : 1);
    return test(compareValues(a, b));
  };
}

function arithmetic(name: string, compute: (a: number, b: number) => number): Operator {
  return (args) => {
    if (args.length !== 2)
      throw new CommandError(16020, `Expression ${name} takes exactly 2 arguments. ${args.length} were passed in.`);
    const [a, b] = args;
    if (typeof a === 'number' && typeof b === 'number' && (b !== 0 || name === '$subtract')) return compute(a, b);
    if (missing(a) || missing(b)) return null;
    if (name === '$subtract' && a instanceof Date)
      return b instanceof Date ? a.getTime() - b.getTime() : new Date(a.getTime() - toNumber(b));
    if (!isNumber(a) || !isNumber(b))
      throw new CommandError(14, `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
    if ((name === '$divide' || name === '$mod') && toNumber(b) === 0)
      throw new CommandError(name === '$divide' ? 2 : 16610, `can't ${name} by zero`);
    return compute(toNumber(a), toNumber(b));
  };
}

function folded(name: string, start: number, compute: (a: number, b: number) => number): Operator {
  return (args) => {
    let total = start;
    let date = false;
    for (const value of args) {
      if (missing(value)) return null;
      if (name === '$add' && value instanceof Date && !date) {
        date = true;
        total = compute(total, value.getTime());
      } else if (isNumber(value)) total = compute(total, toNumber(value, name));
      else
        throw new CommandError(
          14,
          `${name} only supports numeric${name === '$add' ? ' or date' : ''} types, not ${typeName(value)}`,
        );
    }
    return date ? new Date(total) : total;
  };
}

/** How many operands an operator takes, where the number is fixed. */
export const ARITY: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    '$eq $ne $gt $gte $lt $lte $cmp $in $arrayElemAt $strcasecmp'.split(' ').map((name) => [name, 2]),
  ),
  ...Object.fromEntries(
    '$not $isNumber $isArray $size $type $reverseArray $first $last'.split(' ').map((name) => [name, 1]),
  ),
};

/** The operators that only need their operands' values. */
export const OPERATORS: Record<string, Operator> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: ([a, b]) =>
    a === undefined || b === undefined ? (a === b ? 0 : a === undefined ? -1 : 1) : Math.sign(compareValues(a, b)),
  $not: ([value]) => !isTrue(value),
  $add: folded('$add', 0, (a, b) => a + b),
  $multiply: folded('$multiply', 1, (a, b) => a * b),
  $subtract: arithmetic('$subtract', (a, b) => a - b),
  $divide: arithmetic('$divide', (a, b) => a / b),
  $mod: arithmetic('$mod', (a, b) => a % b),
  $type: ([value]) => (value === undefined ? 'missing' : typeName(value)),
  $isArray: ([value]) => Array.isArray(value),
  $isNumber: ([value]) => isNumber(value),
  $in: ([value, list]) => {
    if (!Array.isArray(list))
      throw new CommandError(40081, `$in requires an array as a second argument, found: ${typeName(list)}`);
    const key = valueKey(value);
    return list.some((item) => valueKey(item) === key);
  },
  $size: ([list]) => {
    if (!Array.isArray(list))
      throw new CommandError(17124, `The argument to $size must be an array, but was of type: ${typeName(list)}`);
    return list.length;
  },
  $round: ([value, places]) => rounded('$round', value, places, halfEven),
  $trunc: ([value, places]) => rounded('$trunc', value, places, Math.trunc),
  $toObjectId: ([text]) => {
    if (missing(text) || text instanceof ObjectId) return text ?? null;
    if (typeof text !== 'string' || !/^[0-9a-f]{24}$/i.test(text))
      throw new CommandError(241, `Failed to parse objectId '${String(text)}' in $convert with no onError value`);
    return new ObjectId(text);
  },
  $indexOfCP: ([text, part, from = 0, to]) => {
    if (missing(text)) return null;
    if (typeof text !== 'string') throw new CommandError(40093, `$indexOfCP needs a string, found: ${typeName(text)}`);
    if (typeof part !== 'string') throw new CommandError(40094, `$indexOfCP needs a string, found: ${typeName(part)}`);
    const points = [...text];
    const end = to === undefined ? points.length : Number(to);
    const place = points.slice(Number(from), end).join('').indexOf(String(part));
    return place < 0 ? -1 : Number(from) + [...points.slice(Number(from), end).join('').slice(0, place)].length;
  },
  $arrayElemAt: ([list, place]) => {
    const items = listOf(list, '$arrayElemAt');
    return items && !missing(place) ? items.at(toNumber(place)) : null;
  },
  $first: ([list]) => (listOf(list, '$first') ?? [null])[0],
  $last: ([list]) => (listOf(list, '$last') ?? [null]).at(-1),
  $concatArrays: (lists) => (lists.some(missing) ? null : lists.flatMap((list) => listOf(list, '$concatArrays') ?? [])),
  $mergeObjects: (operands) => {
    const docs = operands.length === 1 && Array.isArray(operands[0]) ? operands[0] : operands;
    const wrong = docs.find((doc) => !missing(doc) && !isPlain(doc));
    if (wrong !== undefined) throw new CommandError(40400, `$mergeObjects needs objects, found: ${typeName(wrong)}`);
    return Object.assign({}, ...docs);
  },
  $max: (values) => extreme(values, 1),
  $min: (values) => extreme(values, -1),
  $setUnion: (lists) => setOf(lists, (first, second) => [...first, ...second]),
  $setIntersection: (lists) =>
    setOf(lists, (first, second) => {
      const keys = new Set(second.map(valueKey));
      return first.filter((item) => keys.has(valueKey(item)));
    }),
  $setDifference: (lists) =>
    setOf(lists, (first, second) => {
      const keys = new Set(second.map(valueKey));
      return first.filter((item) => !keys.has(valueKey(item)));
    }),
};

function extreme(values: unknown[], sign: number): unknown {
  const list = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  return list.reduce<unknown>(
    (best, value) => (missing(value) || (best !== null && compareValues(value, best) * sign <= 0) ? best : value),
    null,
  );
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function rounded(name: string, value: unknown, places: unknown, round: (value: number) => number): number | null {
  if (missing(value) || places === null) return null;
  if (!isNumber(value)) throw new CommandError(51081, `${name} only supports numeric types, not ${typeName(value)}`);
  const digits = places === undefined ? 0 : toNumber(places);
  // By the decimal text, not by multiplying, which would move 1.005 off its digits.
  const [mantissa, power = '0'] = String(toNumber(value, name)).split('e');
  const result = round(Number(`${mantissa}e${Number(power) + digits}`));
  const [back, backPower = '0'] = String(result).split('e');
  return Number(`${back}e${Number(backPower) - digits}`);
}

function setOf(lists: unknown[], join: (first: unknown[], second: unknown[]) => unknown[]): unknown[] | null {
  const all: unknown[][] = [];
  for (const list of lists) {
    const items = listOf(list, 'a set expression');
    if (!items) return null;
    all.push(items);
  }
  const joined = all.slice(1).reduce((first, second) => join(first, second), all[0] ?? []);
  return [...new Map(joined.map((item) => [valueKey(item), item])).values()];
}
