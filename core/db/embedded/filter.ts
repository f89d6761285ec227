import { type BSONRegExp, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { CommandError } from './errors.ts';
import { compileExpression, scopeOf } from './expression.ts';
import { bracketOf, compareValues, encodeValue } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';
import { toRegExp } from './regex.ts';
import { isNumber, isObject, isPlain, isRegex, isTrue, TYPE_NUMBERS, typeNumber } from './values.ts';

/** A filter ready to be asked; `paths` are the dotted fields it reads ('' stands for the whole document). */
export interface Filter {
  matches: (doc: Doc) => boolean;
  paths: Set<string>;
}

type Test = (value: unknown) => boolean;
type Match = (doc: Doc) => boolean;

const NOT_SERVED = new Set(
  '$sampleRate $where $text $jsonSchema $near $nearSphere $geoWithin $geoIntersects'.split(' '),
);
/** Compiles a MongoDB filter. Throws 2 BadValue for operators that do not exist, 115 for those not served here. */
export function compileFilter(filter: Doc, variables: Doc = {}): Filter {
  const paths = new Set<string>();
  return { matches: compileAll(filter, paths, variables), paths };
}

function compileAll(filter: Doc, paths: Set<string>, variables: Doc): Match {
  const tests: Match[] = [];
  for (const [name, operand] of Object.entries(filter)) {
    if (name.startsWith('$')) {
      const test = compileTop(name, operand, paths, variables);
      if (test) tests.push(test);
    } else tests.push(compileField(name, operand, paths, variables));
  }
  const [only] = tests;
  return tests.length === 1 && only ? only : (doc) => tests.every((test) => test(doc));
}

function compileTop(name: string, operand: unknown, paths: Set<string>, variables: Doc): Match | null {
  if (name === '$comment') return null;
  if (name === '$expr') {
    const expression = compileExpression(operand, paths, scopeOf(variables));
    return (doc) => isTrue(expression(doc, { ...variables, ROOT: doc }));
  }
  if (NOT_SERVED.has(name)) throw new CommandError(115, `${name} is not served by the embedded database`);
  if (name !== '$and' && name !== '$or' && name !== '$nor')
    throw new CommandError(
      2,
      `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
    );
  if (!Array.isArray(operand) || operand.length === 0) throw new CommandError(2, `${name} must be a nonempty array`);
  const tests = operand.map((part) => {
    if (!isPlain(part)) throw new CommandError(2, `$or/$and/$nor entries need to be full objects`);
    return compileAll(part, paths, variables);
  });
  if (name === '$and') return (doc) => tests.every((test) => test(doc));
  if (name === '$or') return (doc) => tests.some((test) => test(doc));
  return (doc) => !tests.some((test) => test(doc));
}

function compileField(path: string, operand: unknown, paths: Set<string>, variables: Doc): Match {
  paths.add(path);
  const parts = path.split('.');
  if (!isOperators(operand)) return visitor(parts, isRegex(operand) ? regexTest(operand) : equalTest(operand));
  const tests = Object.entries(operand)
    .filter(([name]) => name !== '$options')
    .map(([name, value]) => compileOperator(parts, name, value, operand, variables));
  const [only, second] = tests;
  if (only && !second) return only;
  return (doc) => tests.every((test) => test(doc));
}

function compileOperator(parts: string[], name: string, value: unknown, all: Doc, variables: Doc): Match {
  switch (name) {
    case '$ne': {
      if (isRegex(value)) throw new CommandError(2, "Can't have regex as arg to $ne.");
      return negate(visitor(parts, equalTest(value)));
    }
    case '$nin':
      return negate(visitor(parts, inTest(value, '$nin')));
    case '$not': {
      if (isRegex(value)) return negate(visitor(parts, regexTest(value)));
      if (!isOperators(value)) throw new CommandError(2, '$not needs a regex or a document');
      const inner = Object.entries(value).filter(([key]) => key !== '$options');
      const tests = inner.map(([key, item]) => compileOperator(parts, key, item, value, variables));
      return (doc) => !tests.every((test) => test(doc));
    }
    case '$exists':
      return isTrue(value)
        ? visitor(parts, (found) => found !== undefined, false)
        : negate(visitor(parts, (found) => found !== undefined, false));
    case '$size': {
      const size = Number(value);
      if (!isNumber(value) || !Number.isInteger(size) || size < 0)
        throw new CommandError(2, `Failed to parse $size. Expected a non-negative number in: $size: ${String(value)}`);
      return visitor(parts, (found) => Array.isArray(found) && found.length === size, false);
    }
    case '$elemMatch':
      return visitor(parts, elemMatch(value, variables), false);
    case '$all':
      return compileAllOf(parts, value, variables);
    case '$type':
      return visitor(parts, typeTest(value));
    default:
      return visitor(parts, valueTest(name, value, all));
  }
}

function valueTest(name: string, value: unknown, all: Doc): Test {
  switch (name) {
    case '$eq':
      return equalTest(value);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return orderTest(name, value);
    case '$in':
      return inTest(value, '$in');
    case '$regex':
      return regexTest(value, all.$options);
    case '$mod':
      return modTest(value);
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      throw new CommandError(115, `${name} is not served by the embedded database`);
    default:
      if (NOT_SERVED.has(name)) throw new CommandError(115, `${name} is not served by the embedded database`);
      throw new CommandError(2, `unknown operator: ${name}`);
  }
}

const negate =
  (test: Match): Match =>
  (doc) =>
    !test(doc);

/** A match that is true when the value at the path, or (unless `elements` is false) an array's element there, passes. */
function visitor(parts: string[], test: Test, elements = true): Match {
  const [only] = parts;
  if (only === undefined) return test; // an $elemMatch on the elements themselves: the element is the value
  if (parts.length === 1) {
    return (doc) => {
      const value = doc[only];
      return test(value) || (elements && Array.isArray(value) && value.some(test));
    };
  }
  return (doc) => visit(doc, parts, 0, test, elements);
}

function visit(value: unknown, parts: string[], at: number, test: Test, elements: boolean): boolean {
  if (at === parts.length) return test(value) || (elements && Array.isArray(value) && value.some(test));
  if (Array.isArray(value)) {
    const name = parts[at] as string;
    if (/^\d+$/.test(name) && Number(name) < value.length) {
      // A path that ends at a place in an array means the element there, not what is in it.
      const item = value[Number(name)];
      if (at === parts.length - 1 ? test(item) : visit(item, parts, at + 1, test, elements)) return true;
    }
    return value.some((item) => isPlain(item) && visit(item, parts, at, test, elements));
  }
  if (!isPlain(value)) return test(undefined);
  return visit(value[parts[at] as string], parts, at + 1, test, elements);
}

function equalTest(operand: unknown): Test {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  if (typeof operand === 'number')
    return (value) => value === operand || (isObject(value) && isNumber(value) && compareValues(value, operand) === 0);
  if (operand instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(operand);
  if (operand instanceof Date) return (value) => value instanceof Date && value.getTime() === operand.getTime();
  const bytes = encodeValue(operand);
  return (value) => value !== undefined && (isObject(value) || isNumber(value)) && encodeValue(value).equals(bytes);
}

function orderTest(name: string, operand: unknown): Test {
  const low = name === '$gt' || name === '$gte';
  const orEqual = name === '$gte' || name === '$lte';
  if (isRegex(operand)) throw new CommandError(2, `Can't have RegEx as arg to predicate over field`);
  if (operand === null || operand === undefined) return (value) => orEqual && (value === null || value === undefined);
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => value !== undefined && passes(compareValues(value, operand), low, orEqual);
  }
  if (typeof operand === 'number' && !Number.isNaN(operand)) {
    return (value) => {
      if (typeof value === 'number')
        return low ? (orEqual ? value >= operand : value > operand) : orEqual ? value <= operand : value < operand;
      return (
        isObject(value) &&
        isNumber(value) &&
        !Number.isNaN(Number(value)) &&
        passes(compareValues(value, operand), low, orEqual)
      );
    };
  }
  const tag = bracketOf(operand)[0];
  return (value) =>
    value !== undefined && bracketOf(value)[0].equals(tag) && passes(compareValues(value, operand), low, orEqual);
}

const passes = (order: number, low: boolean, orEqual: boolean) => (order === 0 ? orEqual : order > 0 === low);

function inTest(operand: unknown, name: string): Test {
  if (!Array.isArray(operand)) throw new CommandError(2, `${name} needs an array`);
  const patterns = operand.filter(isRegex).map((pattern) => regexTest(pattern));
  const values = operand.filter((item) => !isRegex(item));
  const texts = new Set(values.filter((item) => typeof item === 'string'));
  const others = new Set(
    values.filter((item) => typeof item !== 'string').map((item) => encodeValue(item).latin1Slice()),
  );
  return (value) => {
    if (typeof value === 'string') return texts.has(value) || patterns.some((test) => test(value));
    if (others.size > 0 && others.has(encodeValue(value).latin1Slice())) return true;
    return patterns.length > 0 && patterns.some((test) => test(value));
  };
}

function modTest(operand: unknown): Test {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw new CommandError(2, 'malformed mod, needs to be an array of two numbers');
  const [divisor, rest] = operand.map((item) => Math.trunc(Number(item))) as [number, number];
  if (divisor === 0) throw new CommandError(2, 'divisor cannot be 0');
  return (value) => {
    if (value instanceof Long && isNumber(value)) return Number(value.toBigInt() % BigInt(divisor)) === rest;
    return isNumber(value) && Math.trunc(Number(value)) % divisor === rest;
  };
}

function typeTest(operand: unknown): Test {
  const wanted = new Set<number>();
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    if (item === 'number') for (const number of [1, 16, 18, 19]) wanted.add(number);
    else {
      const number = typeof item === 'string' ? TYPE_NUMBERS[item] : Number(item);
      if (number === undefined || Number.isNaN(number))
        throw new CommandError(2, `Unknown type name alias: ${String(item)}`);
      wanted.add(number);
    }
  }
  return (value) => value !== undefined && wanted.has(typeNumber(value));
}

function regexTest(operand: unknown, options?: unknown): Test {
  const pattern = toRegExp(operand, options);
  return (value) => (typeof value === 'string' ? pattern.test(value) : isRegex(value) && sameRegex(value, pattern));
}

function sameRegex(value: BSONRegExp | RegExp, pattern: RegExp): boolean {
  const { source, flags } = toRegExp(value);
  return source === pattern.source && flags === pattern.flags;
}

function elemMatch(operand: unknown, variables: Doc): Test {
  if (!isPlain(operand)) throw new CommandError(2, '$elemMatch needs an Object');
  const test = elementTest(operand, variables);
  return (value) => Array.isArray(value) && value.some(test);
}

/** A test for one array element, by operators on the element itself or by a filter on its fields. */
export function elementTest(operand: Doc, variables: Doc = {}): Test {
  const first = Object.keys(operand)[0];
  if (first?.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first)) {
    isOperators(operand);
    const tests = Object.entries(operand)
      .filter(([name]) => name !== '$options')
      .map(([name, value]) => compileOperator([], name, value, operand, variables));
    return (item) => tests.every((test) => test(item as Doc));
  }
  const { matches } = compileFilter(operand, variables);
  return (item) => (isPlain(item) || Array.isArray(item)) && matches(item as Doc);
}

function compileAllOf(parts: string[], operand: unknown, variables: Doc): Match {
  if (!Array.isArray(operand)) throw new CommandError(2, '$all needs an array');
  if (operand.length === 0) return () => false;
  const tests = operand.map((item) => {
    if (isPlain(item) && '$elemMatch' in item) return visitor(parts, elemMatch(item.$elemMatch, variables), false);
    return visitor(parts, isRegex(item) ? regexTest(item) : equalTest(item));
  });
  return (doc) => tests.every((test) => test(doc));
}

/** Whether a filter's operand is a document of operators. Throws 2 when operators and fields are mixed. */
export function isOperators(value: unknown): value is Doc {
  if (!isPlain(value)) return false;
  const names = Object.keys(value);
  if (!names[0]?.startsWith('$') || names[0] === '$ref' || names[0] === '$id') return false;
  const stray = names.find((name) => !name.startsWith('$'));
  if (stray !== undefined) throw new CommandError(2, `unknown operator: ${stray}`);
  return true;
}
