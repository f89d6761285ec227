import { accumulate } from './accumulators.ts';
import { CommandError } from './errors.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import type { Operator } from './operators.ts';
import { type Doc, setField } from './rawBson.ts';
import { sorter } from './sorter.ts';
import { isNumber, isPlain, isTrue, typeName } from './values.ts';

const missing = (value: unknown) => value === null || value === undefined;

/** An operand that must be a list. Throws MongoDB's number for the operator otherwise. */
function list(value: unknown, code: number, name: string): unknown[] {
  if (!Array.isArray(value)) throw new CommandError(code, `${name} needs an array, found: ${typeName(value)}`);
  return value;
}

function whole(value: unknown, code: number, name: string): number {
  const number = Number(value);
  if (!isNumber(value) || !Number.isInteger(number))
    throw new CommandError(code, `${name} needs a whole number, found: ${typeName(value)}`);
  return number;
}

const keysOf = (items: unknown[]) => new Set(items.map(valueKey));

/** $firstN, $lastN, $minN, $maxN: the first n of the input put in order. */
function choosing(name: string, arrange: (items: unknown[]) => unknown[]): Operator {
  return ([operand]) => {
    const { input, n } = operand as Doc;
    const items = list(input, 5788200, name);
    const most = whole(n, 5787902, name);
    if (most < 1) throw new CommandError(5787908, `'n' must be greater than 0, found ${most}`);
    const chosen = arrange(items).slice(0, most);
    return name === '$lastN' ? chosen.reverse() : chosen;
  };
}

const accumulating =
  (name: '$sum' | '$avg' | '$stdDevPop' | '$stdDevSamp'): Operator =>
  (args) =>
    accumulate(name, args.length === 1 && Array.isArray(args[0]) ? args[0] : args);

function zip([operand]: unknown[]): unknown {
  const { inputs, useLongestLength, defaults } = operand as Doc;
  const lists = list(inputs, 34461, '$zip');
  if (lists.some(missing)) return null;
  const all = lists.map((item) => list(item, 34468, '$zip'));
  const lengths = all.map((items) => items.length);
  const size = useLongestLength === true ? Math.max(...lengths) : Math.min(...lengths);
  return Array.from({ length: size }, (_, i) =>
    all.map((items, at) => items[i] ?? (i < items.length ? null : ((defaults as unknown[] | undefined)?.[at] ?? null))),
  );
}

function slice([given, first, second]: unknown[]): unknown {
  if (missing(given) || first === null || second === null) return null;
  const items = list(given, 28724, '$slice');
  const at = whole(first, 28726, '$slice');
  if (second === undefined) return at < 0 ? items.slice(at) : items.slice(0, at);
  const count = whole(second, 28727, '$slice');
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`);
  const from = at < 0 ? Math.max(0, items.length + at) : at;
  return items.slice(from, from + count);
}

function pairsToObject([given]: unknown[]): unknown {
  if (missing(given)) return null;
  const result: Doc = {};
  for (const item of list(given, 40386, '$arrayToObject')) {
    const [key, value] = Array.isArray(item) ? item : isPlain(item) ? [item.k, item.v] : [];
    if (typeof key !== 'string') throw new CommandError(40395, '$arrayToObject needs keys that are strings');
    setField(result, key, value ?? null);
  }
  return result;
}

function sortArray([operand]: unknown[]): unknown {
  const { input, sortBy } = operand as Doc;
  if (missing(input)) return null;
  const items = list(input, 2942504, '$sortArray');
  if (!isPlain(sortBy)) return items.toSorted((a, b) => compareValues(a, b) * Number(sortBy));
  const { key, compare } = sorter(sortBy);
  const keyed = items.map((item) => ({ item, key: key(isPlain(item) ? item : {}) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function withField(operand: unknown, value: unknown): unknown {
  const { input, field } = operand as Doc;
  if (missing(input)) return null;
  if (!isPlain(input)) throw new CommandError(4161105, '$setField requires an object as its input');
  const result = { ...input };
  if (value === undefined) delete result[String(field)];
  else setField(result, String(field), value);
  return result;
}

/** The expression operators on lists and documents, which keep every value's type. */
export const LIST_OPERATORS: Record<string, Operator> = {
  $sum: accumulating('$sum'),
  $avg: accumulating('$avg'),
  $stdDevPop: accumulating('$stdDevPop'),
  $stdDevSamp: accumulating('$stdDevSamp'),
  $reverseArray: ([given]) => (missing(given) ? null : list(given, 34435, '$reverseArray').toReversed()),
  $slice: slice,
  $zip: zip,
  $sortArray: sortArray,
  $firstN: choosing('$firstN', (items) => items),
  $lastN: choosing('$lastN', (items) => items.toReversed()),
  $minN: choosing('$minN', (items) => items.filter((item) => !missing(item)).sort(compareValues)),
  $maxN: choosing('$maxN', (items) => items.filter((item) => !missing(item)).sort((a, b) => compareValues(b, a))),
  $indexOfArray: ([given, wanted, from = 0, to]) => {
    if (missing(given)) return null;
    const items = list(given, 40090, '$indexOfArray').slice(0, to === undefined ? undefined : Number(to));
    const key = valueKey(wanted);
    return items.findIndex((item, i) => i >= Number(from) && valueKey(item) === key);
  },
  $setIsSubset: ([one, two]) => {
    const [inner, outer] = [list(one, 17310, '$setIsSubset'), list(two, 17042, '$setIsSubset')];
    const keys = keysOf(outer);
    return inner.every((item) => keys.has(valueKey(item)));
  },
  $setEquals: (lists) => {
    const [first, ...others] = lists.map((item) => keysOf(list(item, 17044, '$setEquals')));
    return others.every((other) => other.size === first?.size && [...other].every((key) => first.has(key)));
  },
  $anyElementTrue: ([given]) => list(given, 17041, '$anyElementTrue').some(isTrue),
  $allElementsTrue: ([given]) => list(given, 17040, '$allElementsTrue').every(isTrue),
  $objectToArray: ([given]) => {
    if (missing(given)) return null;
    if (!isPlain(given)) throw new CommandError(40390, `$objectToArray requires a document, found: ${typeName(given)}`);
    return Object.entries(given).map(([k, v]) => ({ k, v }));
  },
  $arrayToObject: pairsToObject,
  $setField: ([operand]) => withField(operand, (operand as Doc).value),
  $unsetField: ([operand]) => withField(operand, undefined),
};
