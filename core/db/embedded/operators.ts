import { accumulate } from './accumulators.ts';
import { CommandError } from './errors.ts';
import { compareValues, EMPTY_ARRAY, valueKey } from './keyEncoding.ts';
import { combine, doubleOf, isInt, type Operation, toNumber, wholeOf } from './numbers.ts';
import { type Doc, setField } from './rawBson.ts';
import { sorter } from './sorter.ts';
import { isMissing, isNumber, isPlain, isTrue, typeName } from './values.ts';

/** Computes an expression operator from its operands' values; missing is undefined. */
export type Operator = (args: unknown[]) => unknown;

/** What is thrown for an operand of a type that the operator does not take: MongoDB's number for that. */
export const wrongType = (code: number, name: string, value: unknown) =>
  new CommandError(
    code,
    `${name} does not take an operand of type ${value === undefined ? 'missing' : typeName(value)}`,
  );

function list(value: unknown, code: number, name: string): unknown[] {
  if (!Array.isArray(value)) throw wrongType(code, name, value);
  return value;
}

/** A list operand; null for null or missing. */
export const listOrNull = (value: unknown, code: number, name: string) =>
  isMissing(value) ? null : list(value, code, name);

/** A whole number as an operand: `code` for what is no number, the one behind it for a number that is not whole. */
export function whole(value: unknown, code: number, name: string, fraction = code + 1): number {
  if (!isNumber(value)) throw wrongType(code, name, value);
  if (!isInt(Number(value))) throw new CommandError(fraction, `${name} needs a whole number of 32 bits`);
  return Number(value);
}

/** The order of two values in an expression, where a missing one sorts between MinKey and null. */
const order = (a: unknown, b: unknown) =>
  compareValues(a === undefined ? EMPTY_ARRAY : a, b === undefined ? EMPTY_ARRAY : b);

const keyOf = (value: unknown) => (value === undefined ? '' : valueKey(value));
const keysOf = (items: unknown[]) => new Set(items.map(keyOf));

function calculated(a: unknown, b: unknown, operation: Operation, name: string): unknown {
  return combine(a, b, operation, name) ?? doubleOf(operation === '*' ? Number(a) * Number(b) : Number(a) + Number(b));
}

function add(args: unknown[]): unknown {
  let [total, date]: [unknown, boolean] = [0, false];
  if (args.some(isMissing)) return null;
  for (const value of args) {
    if (value instanceof Date) {
      if (date) throw new CommandError(16612, 'only one date allowed in an $add expression');
      date = true;
    } else if (!isNumber(value)) throw wrongType(14, '$add', value);
    total = calculated(total, value instanceof Date ? wholeOf(BigInt(value.getTime()), true) : value, '+', '$add');
  }
  return date ? new Date(Math.round(Number(total))) : total;
}

function multiply(args: unknown[]): unknown {
  if (args.some(isMissing)) return null;
  return args.reduce((total, value) => {
    if (!isNumber(value)) throw wrongType(14, '$multiply', value);
    return calculated(total, value, '*', '$multiply');
  }, 1);
}

function subtract([a, b]: unknown[]): unknown {
  if (isMissing(a) || isMissing(b)) return null;
  if (a instanceof Date && b instanceof Date) return wholeOf(BigInt(a.getTime() - b.getTime()), true);
  if (!isNumber(b)) throw wrongType(14, '$subtract', b);
  if (a instanceof Date) return new Date(a.getTime() - Math.round(toNumber(b)));
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
  if (toNumber(b) === 0) throw new CommandError(16610, "can't $mod by zero");
  return combine(a, b, '%', '$mod');
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

function extreme(sign: number): Operator {
  return (values) =>
    (values.length === 1 && Array.isArray(values[0]) ? values[0] : values).reduce<unknown>(
      (best, value) => (isMissing(value) || (best !== null && compareValues(value, best) * sign <= 0) ? best : value),
      null,
    );
}

const accumulating =
  (name: '$sum' | '$avg'): Operator =>
  (args) =>
    accumulate(name, args.length === 1 && Array.isArray(args[0]) ? args[0] : args);

function setOf(codes: number[], name: string, kept: (first: unknown[], second: unknown[]) => unknown[]): Operator {
  return (lists) => {
    const all = lists.map((item, i) => listOrNull(item, codes[i] ?? (codes.at(-1) as number), name));
    if (all.includes(null)) return null;
    const joined = (all as unknown[][]).reduce(kept);
    return [...new Map(joined.map((item) => [keyOf(item), item])).values()];
  };
}

const holding = (wanted: boolean) => (first: unknown[], second: unknown[]) => {
  const keys = keysOf(second);
  return first.filter((item) => keys.has(keyOf(item)) === wanted);
};

function slice([given, first, second]: unknown[]): unknown {
  if (isMissing(given) || first === null || second === null) return null;
  const items = list(given, 28724, '$slice');
  const at = whole(first, 28725, '$slice');
  if (second === undefined) return at < 0 ? items.slice(at) : items.slice(0, at);
  const count = whole(second, 28727, '$slice');
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`);
  const from = at < 0 ? Math.max(0, items.length + at) : at;
  return items.slice(from, from + count);
}

function range([first, last, by = 1]: unknown[]): unknown {
  const [start, end] = [whole(first, 34443, '$range'), whole(last, 34445, '$range')];
  const step = whole(by, 34447, '$range');
  if (step === 0) throw new CommandError(34449, '$range requires a non-zero step value');
  return Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, i) => start + i * step);
}

function pairsToObject([given]: unknown[]): unknown {
  const result: Doc = {};
  for (const item of listOrNull(given, 40386, '$arrayToObject') ?? []) {
    const [key, value] = Array.isArray(item) ? item : isPlain(item) ? [item.k, item.v] : [];
    if (typeof key !== 'string') throw new CommandError(40395, '$arrayToObject needs keys that are strings');
    setField(result, key, value ?? null);
  }
  return isMissing(given) ? null : result;
}

function sortArray([operand]: unknown[]): unknown {
  const { input, sortBy } = operand as Doc;
  const items = listOrNull(input, 2942504, '$sortArray');
  if (!isPlain(sortBy)) return items?.toSorted((a, b) => compareValues(a, b) * Number(sortBy)) ?? null;
  const { key, compare } = sorter(sortBy);
  const keyed = items?.map((item) => ({ item, key: key(isPlain(item) ? item : {}) }));
  return keyed?.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item) ?? null;
}

function indexOfArray([given, wanted, from = 0, to = 2 ** 31 - 1]: unknown[]): unknown {
  const items = listOrNull(given, 40090, '$indexOfArray');
  const [start, end] = [whole(from, 40096, '$indexOfArray', 40096), whole(to, 40096, '$indexOfArray', 40096)];
  if (start < 0 || end < 0) throw new CommandError(40097, '$indexOfArray requires a nonnegative index');
  const key = keyOf(wanted);
  return items?.slice(0, end).findIndex((item, i) => i >= start && keyOf(item) === key) ?? null;
}

/** The operators on numbers, lists and documents that only need their operands' values. */
export const OPERATORS: Record<string, Operator> = {
  $eq: ([a, b]) => order(a, b) === 0,
  $ne: ([a, b]) => order(a, b) !== 0,
  $gt: ([a, b]) => order(a, b) > 0,
  $gte: ([a, b]) => order(a, b) >= 0,
  $lt: ([a, b]) => order(a, b) < 0,
  $lte: ([a, b]) => order(a, b) <= 0,
  $cmp: ([a, b]) => Math.sign(order(a, b)),
  $not: ([value]) => !isTrue(value),
  $add: add,
  $multiply: multiply,
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
  $sum: accumulating('$sum'),
  $avg: accumulating('$avg'),
  $max: extreme(1),
  $min: extreme(-1),
  $type: ([value]) => (value === undefined ? 'missing' : typeName(value)),
  $isArray: ([value]) => Array.isArray(value),
  $isNumber: ([value]) => isNumber(value),
  $in: ([value, items]) => {
    const key = keyOf(value);
    return list(items, 40081, '$in').some((item) => keyOf(item) === key);
  },
  $size: ([items]) => list(items, 17124, '$size').length,
  $arrayElemAt: ([given, place]) => {
    const items = listOrNull(given, 28689, '$arrayElemAt');
    return items && !isMissing(place) ? items.at(whole(place, 28690, '$arrayElemAt')) : null;
  },
  $first: ([given]) => (listOrNull(given, 28689, '$first') ?? [null])[0],
  $last: ([given]) => (listOrNull(given, 28689, '$last') ?? [null]).at(-1),
  $concatArrays: (lists) => {
    const all = lists.map((item) => listOrNull(item, 28664, '$concatArrays'));
    return all.includes(null) ? null : all.flat();
  },
  $reverseArray: ([given]) => listOrNull(given, 34435, '$reverseArray')?.toReversed() ?? null,
  $slice: slice,
  $range: range,
  $sortArray: sortArray,
  $indexOfArray: indexOfArray,
  $setUnion: setOf([17043], '$setUnion', (first, second) => [...first, ...second]),
  $setIntersection: setOf([17047], '$setIntersection', holding(true)),
  $setDifference: setOf([17048, 17049], '$setDifference', holding(false)),
  $setIsSubset: ([one, two]) => {
    const [inner, outer] = [list(one, 17046, '$setIsSubset'), list(two, 17042, '$setIsSubset')];
    return holding(false)(inner, outer).length === 0;
  },
  $setEquals: (lists) => {
    const [first, ...others] = lists.map((item) => keysOf(list(item, 17044, '$setEquals')));
    return others.every((other) => other.size === first?.size && [...other].every((key) => first.has(key)));
  },
  $anyElementTrue: ([given]) => list(given, 17041, '$anyElementTrue').some(isTrue),
  $allElementsTrue: ([given]) => list(given, 17040, '$allElementsTrue').every(isTrue),
  $mergeObjects: (operands) => {
    const docs = operands.length === 1 && Array.isArray(operands[0]) ? operands[0] : operands;
    const wrong = docs.find((doc) => !isMissing(doc) && !isPlain(doc));
    if (wrong !== undefined) throw wrongType(40400, '$mergeObjects', wrong);
    return Object.assign({}, ...docs);
  },
  $objectToArray: ([given]) => {
    if (isMissing(given)) return null;
    if (!isPlain(given)) throw wrongType(40390, '$objectToArray', given);
    return Object.entries(given).map(([k, v]) => ({ k, v }));
  },
  $arrayToObject: pairsToObject,
};

const names = (text: string, least: number, most: number) =>
  text.split(' ').map((name): [string, [number, number]] => [name, [least, most]]);

/** How few and how many operands an operator takes, where that is fixed. */
export const ARITY: ReadonlyMap<string, readonly [number, number]> = new Map([
  ...names('$abs $ceil $floor $not $isNumber $isArray $size $type $reverseArray $first $last', 1, 1),
  ...names('$anyElementTrue $allElementsTrue $objectToArray $arrayToObject $strLenCP $toUpper $toLower', 1, 1),
  ...names('$eq $ne $gt $gte $lt $lte $cmp $in $arrayElemAt $subtract $divide $mod $setDifference', 2, 2),
  ...names('$setIsSubset $split', 2, 2),
  ...names('$substrCP', 3, 3),
  ...names('$round $trunc', 1, 2),
  ...names('$slice $range', 2, 3),
  ...names('$indexOfArray $indexOfCP', 2, 4),
]);
