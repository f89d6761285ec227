import { CommandError } from './errors.ts';
import { compileFilter, elementTest, isOperators } from './filter.ts';
import { type Doc, decodeDocument, setField } from './rawBson.ts';
import { type Apply, operation, UNCHANGED } from './updateOperators.ts';
import { isPlain, typeName } from './values.ts';

/** What an update does to one document: the new values of the top-level fields it touches (undefined removes). */
export type Change = (raw: Buffer | null, context: UpdateContext) => Map<string, unknown>;

/** The circumstances of one application. */
export interface UpdateContext {
  filter: Doc;
  inserting: boolean;
  now: Date;
}

type Step = {
  path: string;
  /** The path in whose place among the others this is done. */
  sorted: string[];
  parts: string[];
  apply: Apply;
  onInsert: boolean;
  name: string;
  positional?: boolean;
  idle?: () => boolean;
};

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
  steps.sort((a, b) => comparePaths(a.sorted, b.sorted));
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
    const target = operand.split('.');
    steps.push({ path, parts, sorted: target, apply: take, onInsert: false, name });
    steps.push({
      path: operand,
      parts: target,
      sorted: target,
      apply: () => moved,
      idle: () => moved === undefined,
      onInsert: false,
      name,
    });
    return;
  }
  const apply = operation(name, operand, path);
  steps.push({ path, parts, sorted: parts, apply, onInsert: name === '$setOnInsert', name });
}

/** The order in which MongoDB goes through the fields of an update: by name, numbers by their size. */
function comparePaths(a: string[], b: string[]): number {
  for (const [i, name] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (name === other) continue;
    const bothNumbers = /^\d+$/.test(name) && /^\d+$/.test(other);
    return bothNumbers ? Number(name) - Number(other) : name < other ? -1 : 1;
  }
  return a.length - b.length;
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
    if ((step.onInsert && !context.inserting) || step.idle?.()) continue;
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

/** The operators that say which element is meant; of one that is denied there is no place. */
const affirming = (operators: Doc): Doc =>
  Object.fromEntries(Object.entries(operators).filter(([name]) => !['$ne', '$nin', '$not'].includes(name)));

function matchedPlace(list: unknown[], path: string, filter: Doc): number {
  for (const [name, operand] of Object.entries(filter)) {
    if ((name === '$and' || name === '$or') && Array.isArray(operand)) {
      for (const part of operand) {
        const place = matchedPlace(list, path, part as Doc);
        if (place >= 0) return place;
      }
    } else if (name === path) {
      const inside = isOperators(operand) && isPlain(operand.$elemMatch) ? operand.$elemMatch : null;
      const asked = inside ?? (isOperators(operand) ? affirming(operand) : { $eq: operand });
      const place = Object.keys(asked).length === 0 ? -1 : list.findIndex(elementTest(asked));
      if (place >= 0) return place;
    } else if (name.startsWith(`${path}.`)) {
      const asked = isOperators(operand) ? affirming(operand) : operand;
      const { matches } = compileFilter({ [name.slice(path.length + 1)]: asked });
      const place =
        isOperators(operand) && Object.keys(asked as Doc).length === 0
          ? -1
          : list.findIndex((item) => isPlain(item) && matches(item));
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
  // $unset alone may name a path that cannot be there.
  const harmless = step.name === '$unset';
  if (Array.isArray(target)) {
    if (harmless && !/^\d+$/.test(name)) return;
    if (!/^\d+$/.test(name))
      throw new CommandError(28, `Cannot create field '${name}' in element {${parts[at - 1] ?? ''}: [...]}`);
    if (Number(name) > target.length + 1_500_000)
      throw new CommandError(2, `cannot backfill array beyond 1500000 elements`);
  } else if (!isPlain(target)) {
    if (harmless) return;
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
