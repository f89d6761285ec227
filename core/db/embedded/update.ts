import { Timestamp } from 'bson';
import { CommandError } from './errors.ts';
import { compileFilter, elementTest, isNumber, isOperators, isPlain, typeName } from './filter.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { combine } from './numbers.ts';
import { type Doc, decodeDocument, setField } from './rawBson.ts';
import { sorter } from './scan.ts';

/** What an update does to one document: the new values of the top-level fields it touches (undefined removes). */
export type Change = (raw: Buffer | null, context: UpdateContext) => Map<string, unknown>;

/** The circumstances of one application. */
export interface UpdateContext {
  filter: Doc;
  inserting: boolean;
  now: Date;
}

type Apply = (old: unknown) => unknown;
type Step = { path: string; parts: string[]; apply: Apply; onInsert: boolean; name: string; positional?: boolean };

const KNOWN = new Set([
  '$set',
  '$unset',
  '$inc',
  '$mul',
  '$min',
  '$max',
  '$rename',
  '$setOnInsert',
  '$currentDate',
  '$push',
  '$addToSet',
  '$pull',
  '$pullAll',
  '$pop',
  '$bit',
]);
const UNCHANGED = Symbol('unchanged');

/** Compiles an update of operators. Throws 9 FailedToParse for unknown ones and 40 where two touch the same path. */
export function compileUpdate(update: Doc, arrayFilters: Doc[] = []): Change {
  const steps: Step[] = [];
  for (const [name, fields] of Object.entries(update)) {
    if (!KNOWN.has(name))
      throw new CommandError(
        9,
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    if (!isPlain(fields))
      throw new CommandError(
        9,
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}}`,
      );
    for (const [path, operand] of Object.entries(fields)) addSteps(steps, name, path, operand);
  }
  checkConflicts(steps);
  const filters = namedFilters(arrayFilters);
  for (const [, part] of steps.flatMap((step) => step.parts.map((part) => [step, part] as const))) {
    const name = /^\$\[(.+)\]$/.exec(part)?.[1];
    if (name && !filters.has(name)) throw new CommandError(2, `No array filter found for identifier '${name}' in path`);
  }
  return (raw, context) => applySteps(steps, filters, raw, context);
}

function addSteps(steps: Step[], name: string, path: string, operand: unknown): void {
  const parts = path.split('.');
  if (parts.includes(''))
    throw new CommandError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  if (parts.some((part) => part.startsWith('$') && !/^\$(\[.*\])?$/.test(part)))
    throw new CommandError(
      52,
      `The dollar ($) prefixed field '${path}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  if (name === '$rename') {
    if (typeof operand !== 'string')
      throw new CommandError(2, `The 'to' field for $rename must be a string: ${path}: ${String(operand)}`);
    let moved: unknown;
    const take: Apply = (old) => {
      moved = old;
      return undefined;
    };
    steps.push({ path, parts, apply: take, onInsert: false, name });
    steps.push({
      path: operand,
      parts: operand.split('.'),
      apply: () => (moved === undefined ? UNCHANGED : moved),
      onInsert: false,
      name,
    });
    return;
  }
  steps.push({ path, parts, apply: operation(name, operand, path), onInsert: name === '$setOnInsert', name });
}

function checkConflicts(steps: Step[]): void {
  const paths = new Set<string>();
  for (const step of steps) {
    step.positional = step.parts.includes('$');
    if (paths.has(step.path)) throw conflict(step.path, step.path);
    paths.add(step.path);
  }
  for (const { path, parts } of steps) {
    for (let i = 1; i < parts.length; i++) {
      const parent = parts.slice(0, i).join('.');
      if (paths.has(parent)) throw conflict(path, parent);
    }
  }
}

const conflict = (path: string, other: string) =>
  new CommandError(40, `Updating the path '${path}' would create a conflict at '${other}'`);

function namedFilters(arrayFilters: Doc[]): Map<string, (item: unknown) => boolean> {
  const named = new Map<string, (item: unknown) => boolean>();
  for (const filter of arrayFilters) {
    const first = firstName(filter);
    if (!first) throw new CommandError(9, 'Cannot use an expression without a top-level field name in arrayFilters');
    const { matches } = compileFilter(filter);
    named.set(first, (item) => matches({ [first]: item }));
  }
  return named;
}

function firstName(filter: Doc): string | undefined {
  for (const [key, value] of Object.entries(filter)) {
    if (!key.startsWith('$')) return key.split('.')[0];
    if (Array.isArray(value)) return firstName(value[0] as Doc);
  }
  return undefined;
}

function applySteps(
  steps: Step[],
  filters: Map<string, (item: unknown) => boolean>,
  raw: Buffer | null,
  context: UpdateContext,
): Map<string, unknown> {
  const roots = new Map(steps.map((step) => [step.parts[0] as string, null]));
  const doc = raw ? decodeDocument(raw, roots) : {};
  const changes = new Map<string, unknown>();
  for (const step of steps) {
    if (step.onInsert && !context.inserting) continue;
    const parts = step.positional ? resolvePositional(step.parts, raw, context.filter) : step.parts;
    const root = parts[0] as string;
    setAt(doc, parts, 0, step, filters, context);
    changes.set(root, doc[root]);
  }
  return changes;
}

/** Puts the place of the first element that the filter matched where the path says `$`. */
function resolvePositional(parts: string[], raw: Buffer | null, filter: Doc): string[] {
  const at = parts.indexOf('$');
  const array = parts.slice(0, at);
  const doc = raw ? decodeDocument(raw, new Map([[array[0] as string, null]])) : {};
  const list = array.reduce<unknown>((value, name) => (value as Doc | undefined)?.[name], doc);
  const place = Array.isArray(list) ? matchedPlace(list, array.join('.'), filter) : -1;
  if (place < 0) throw new CommandError(2, 'The positional operator did not find the match needed from the query.');
  return [...array, String(place), ...parts.slice(at + 1)];
}

function matchedPlace(list: unknown[], path: string, filter: Doc): number {
  for (const [name, operand] of Object.entries(filter)) {
    if ((name === '$and' || name === '$or') && Array.isArray(operand)) {
      for (const part of operand) {
        const place = matchedPlace(list, path, part as Doc);
        if (place >= 0) return place;
      }
    } else if (name === path) {
      const inside = isOperators(operand) && isPlain(operand.$elemMatch) ? operand.$elemMatch : null;
      const test = inside ? elementTest(inside) : elementTest(isOperators(operand) ? operand : { $eq: operand });
      const place = list.findIndex(test);
      if (place >= 0) return place;
    } else if (name.startsWith(`${path}.`)) {
      const { matches } = compileFilter({ [name.slice(path.length + 1)]: operand });
      const place = list.findIndex((item) => isPlain(item) && matches(item));
      if (place >= 0) return place;
    }
  }
  return -1;
}

function setAt(
  target: unknown,
  parts: string[],
  at: number,
  step: Step,
  filters: Map<string, (item: unknown) => boolean>,
  context: UpdateContext,
): void {
  const name = parts[at] as string;
  if (name.startsWith('$[')) {
    if (!Array.isArray(target))
      throw new CommandError(
        2,
        `The path '${parts.slice(0, at).join('.')}' must exist in the document in order to apply array updates.`,
      );
    const test = name === '$[]' ? () => true : filters.get(name.slice(2, -1));
    for (let i = 0; i < target.length; i++)
      if (test?.(target[i])) setAt(target, parts.with(at, String(i)), at, step, filters, context);
    return;
  }
  const removing =
    step.name === '$unset' ||
    step.name === '$pull' ||
    step.name === '$pullAll' ||
    step.name === '$pop' ||
    (step.name === '$rename' && step.parts.join('.') === step.path);
  if (Array.isArray(target)) {
    if (!/^\d+$/.test(name))
      throw new CommandError(28, `Cannot create field '${name}' in element {${parts[at - 1] ?? ''}: [...]}`);
    if (Number(name) > target.length + 1_500_000)
      throw new CommandError(2, `cannot backfill array beyond 1500000 elements`);
  } else if (!isPlain(target)) {
    if (removing && step.name !== '$rename') return;
    throw new CommandError(
      28,
      `Cannot create field '${name}' in element {${parts[at - 1] ?? ''}: ${JSON.stringify(target)}}`,
    );
  }
  const holder = target as Doc;
  const old = Object.hasOwn(holder, name) ? holder[name] : undefined;
  if (at === parts.length - 1) {
    const value = step.apply(old);
    if (value === UNCHANGED) return;
    if (value !== undefined) put(holder, name, value);
    else if (Array.isArray(target)) {
      if (Number(name) < target.length) target[Number(name)] = null;
    } else delete holder[name];
    return;
  }
  if (old === undefined || (old === null && false)) {
    if (step.apply(undefined) === undefined || step.name === '$unset') return;
    if (parts[at + 1]?.startsWith('$'))
      throw new CommandError(
        2,
        `The path '${parts.slice(0, at + 1).join('.')}' must exist in the document in order to apply array updates.`,
      );
    const made: Doc = {};
    setAt(made, parts, at + 1, step, filters, context);
    if (Object.keys(made).length > 0) put(holder, name, made);
  } else setAt(old, parts, at + 1, step, filters, context);
}

function put(holder: Doc, name: string, value: unknown): void {
  if (Array.isArray(holder)) while (holder.length < Number(name)) holder.push(null);
  setField(holder, name, value);
}

function operation(name: string, operand: unknown, path: string): Apply {
  switch (name) {
    case '$set':
    case '$setOnInsert':
      return () => clone(operand);
    case '$unset':
      return () => undefined;
    case '$inc':
    case '$mul':
      if (!isNumber(operand))
        throw new CommandError(
          14,
          `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
        );
      return (old) => {
        if (old !== undefined && !isNumber(old))
          throw new CommandError(
            14,
            `Cannot apply ${name} to a value of non-numeric type. The field '${path}' has type ${typeName(old)}`,
          );
        if (name === '$inc') return old === undefined ? operand : combine(old, operand, '+', '$inc');
        return combine(old ?? 0, operand, '*', '$mul');
      };
    case '$min':
      return (old) => (old === undefined || compareValues(operand, old) < 0 ? operand : old);
    case '$max':
      return (old) => (old === undefined || compareValues(operand, old) > 0 ? operand : old);
    case '$currentDate':
      if (isPlain(operand) && operand.$type === 'timestamp')
        return () => Timestamp.fromBits(0, Math.floor(Date.now() / 1000));
      return () => new Date();
    case '$bit':
      throw new CommandError(115, '$bit is not served by the embedded database');
    default:
      return arrayOperation(name, operand, path);
  }
}

const clone = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(clone);
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clone(item)])) : value;
};

function arrayOperation(name: string, operand: unknown, path: string): Apply {
  const listOf = (old: unknown): unknown[] => {
    if (!Array.isArray(old))
      throw new CommandError(2, `The field '${path}' must be an array but is of type ${typeName(old)}`);
    return old;
  };
  switch (name) {
    case '$push':
      return pushing(operand, listOf);
    case '$addToSet': {
      const each = isPlain(operand) && '$each' in operand ? eachOf(operand) : [operand];
      return (old) => {
        const list = [...listOf(old ?? [])];
        const seen = new Set(list.map(valueKey));
        for (const item of each) {
          const key = valueKey(item);
          if (!seen.has(key)) list.push(clone(item));
          seen.add(key);
        }
        return list;
      };
    }
    case '$pull': {
      const test =
        isPlain(operand) || !isRegexLike(operand)
          ? isPlain(operand)
            ? elementTest(operand)
            : elementTest({ $eq: operand })
          : elementTest({ $regex: operand });
      return (old) => (old === undefined ? undefined : listOf(old).filter((item) => !test(item)));
    }
    case '$pullAll': {
      if (!Array.isArray(operand)) throw new CommandError(2, '$pullAll requires an array argument');
      const gone = new Set(operand.map(valueKey));
      return (old) => (old === undefined ? undefined : listOf(old).filter((item) => !gone.has(valueKey(item))));
    }
    default:
      if (Number(operand) !== 1 && Number(operand) !== -1)
        throw new CommandError(9, `$pop expects 1 or -1, found: ${String(operand)}`);
      return (old) =>
        old === undefined ? undefined : Number(operand) === 1 ? listOf(old).slice(0, -1) : listOf(old).slice(1);
  }
}

const isRegexLike = (value: unknown) =>
  typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'BSONRegExp';

function eachOf(operand: Doc): unknown[] {
  if (!Array.isArray(operand.$each))
    throw new CommandError(2, `The argument to $each must be an array but it was of type ${typeName(operand.$each)}`);
  return operand.$each;
}

function pushing(operand: unknown, listOf: (old: unknown) => unknown[]): Apply {
  if (!isPlain(operand) || !('$each' in operand)) return (old) => [...listOf(old ?? []), clone(operand)];
  const stray = Object.keys(operand).find((key) => !['$each', '$slice', '$sort', '$position'].includes(key));
  if (stray) throw new CommandError(2, `Unrecognized clause in $push: ${stray}`);
  const each = eachOf(operand);
  const { $position: position, $slice: slice, $sort: sort } = operand;
  return (old) => {
    let list = [...listOf(old ?? [])];
    list.splice(position === undefined ? list.length : Number(position), 0, ...each.map(clone));
    if (isPlain(sort)) {
      const { key, compare } = sorter(sort);
      list.sort((a, b) => compare(key(isPlain(a) ? a : {}), key(isPlain(b) ? b : {})));
    } else if (sort !== undefined) list.sort((a, b) => compareValues(a, b) * Number(sort));
    if (slice !== undefined)
      list = Number(slice) === 0 ? [] : Number(slice) < 0 ? list.slice(Number(slice)) : list.slice(0, Number(slice));
    return list;
  };
}
