import { accumulate } from './accumulators.ts';
import { ARITHMETIC, LAZY_ARITHMETIC } from './arithmetic.ts';
import { CommandError } from './errors.ts';
import { compareValues, EMPTY_ARRAY, valueKey } from './keyEncoding.ts';
import { list, listOrNull, type Operator, text, type Values, whole, wrongType } from './operands.ts';
import { type Doc, setField } from './rawBson.ts';
import { sorter } from './sorter.ts';
import { isMissing, isNumber, isPlain, isTrue, typeName } from './values.ts';

/** The order of two values in an expression, where a missing one sorts between MinKey and null. */
const order = (a: unknown, b: unknown) =>
  compareValues(a === undefined ? EMPTY_ARRAY : a, b === undefined ? EMPTY_ARRAY : b);

const keyOf = (value: unknown) => (value === undefined ? '' : valueKey(value));
const keysOf = (items: unknown[]) => new Set(items.map(keyOf));

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

/** The lists of an operator in their order; null once one is missing. */
function listsOf(values: Values, code: number, name: string): unknown[][] | null {
  const lists: unknown[][] = [];
  for (const value of values) {
    if (isMissing(value)) return null;
    lists.push(list(value, code, name));
  }
  return lists;
}

const distinct = (items: unknown[]) => [...new Map(items.map((item) => [keyOf(item), item])).values()];

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

/** The place from which, and up to which, something is looked for. */
export function placesOf(from: unknown = 0, to: unknown = 2 ** 31 - 1): [number, number] {
  const [start, end] = [from, to].map((place) => whole(place, 40096, 'the index', 40096)) as [number, number];
  if (start < 0 || end < 0) throw new CommandError(40097, 'an index must not be negative');
  return [start, end];
}

function indexOfArray(values: Values): unknown {
  const items = listOrNull(values.next().value, 40090, '$indexOfArray');
  if (!items) return null;
  const [wanted, ...places] = values;
  const [start, end] = placesOf(...places);
  const key = keyOf(wanted);
  return items.slice(0, end).findIndex((item, i) => i >= start && keyOf(item) === key);
}

function indexOfText(values: Values): unknown {
  const given = values.next().value;
  if (isMissing(given)) return null;
  const points = [...text(given, 40093, '$indexOfCP')];
  const part = text(values.next().value, 40094, '$indexOfCP');
  const [start, end] = placesOf(...values);
  const inside = points.slice(start, end).join('');
  const place = start > points.length ? -1 : inside.indexOf(part);
  return place < 0 ? -1 : start + [...inside.slice(0, place)].length;
}

function concat(values: Values): unknown {
  let all = '';
  for (const value of values) {
    if (isMissing(value)) return null;
    all += text(value, 16702, '$concat');
  }
  return all;
}

function mergeObjects(values: Values): unknown {
  const result: Doc = {};
  const merge = (doc: unknown) => {
    if (!isMissing(doc) && !isPlain(doc)) throw wrongType(40400, '$mergeObjects', doc);
    Object.assign(result, doc);
  };
  const first = values.next().value;
  if (!Array.isArray(first)) merge(first);
  let alone = true;
  for (const value of values) {
    if (alone && Array.isArray(first)) merge(first); // a list only counts as the documents when nothing is beside it
    alone = false;
    merge(value);
  }
  if (alone && Array.isArray(first)) for (const doc of first) merge(doc);
  return result;
}

/** The operators that end at the first operand that decides: what stands behind it is not computed. */
export const LAZY_OPERATORS: Record<string, (values: Values) => unknown> = {
  ...LAZY_ARITHMETIC,
  $concat: concat,
  $concatArrays: (values) => listsOf(values, 28664, '$concatArrays')?.flat() ?? null,
  $indexOfArray: indexOfArray,
  $indexOfCP: indexOfText,
  $mergeObjects: mergeObjects,
  $setUnion: (values) => {
    const lists = listsOf(values, 17043, '$setUnion');
    return lists && distinct(lists.flat());
  },
  $setIntersection: (values) => {
    const lists = listsOf(values, 17047, '$setIntersection');
    return lists && distinct(lists.reduce(holding(true)));
  },
};

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
  ...ARITHMETIC,
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
  $reverseArray: ([given]) => listOrNull(given, 34435, '$reverseArray')?.toReversed() ?? null,
  $slice: slice,
  $range: range,
  $sortArray: sortArray,
  $setDifference: ([one, two]) => {
    if (isMissing(one) || isMissing(two)) return null;
    const [first, second] = [list(one, 17048, '$setDifference'), list(two, 17049, '$setDifference')];
    return distinct(holding(false)(first, second));
  },
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
