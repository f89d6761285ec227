import { type Maker, type Running, SIMPLE } from './accumulators.ts';
import { CommandError } from './errors.ts';
import { compileExpression, type Expression } from './expression.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { memoryOf, weigh } from './memory.ts';
import type { Doc } from './rawBson.ts';
import { streamOf } from './stage.ts';
import { isNumber, isPlain } from './values.ts';

type Scope = ReadonlySet<string>;

interface Accumulator {
  field: string;
  make: Maker;
  compute: Expression;
}

const NOT_SERVED = new Set(
  '$accumulator $bottom $bottomN $firstN $lastN $maxN $median $minN $percentile $stdDevPop $stdDevSamp $top $topN'.split(
    ' ',
  ),
);

function accumulatorOf(field: string, spec: unknown, paths: Set<string>, scope: Scope): Accumulator {
  if (field.includes('.')) throw new CommandError(40235, `The field name '${field}' cannot contain '.'`);
  const [name, operand] = isPlain(spec) ? (Object.entries(spec)[0] ?? []) : [];
  if (name === undefined || Object.keys(spec as Doc).length !== 1)
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  const make = SIMPLE[name];
  if (NOT_SERVED.has(name))
    throw new CommandError(115, `the accumulator ${name} is not served by the embedded database`);
  if (!make) throw new CommandError(15952, `unknown group operator '${name}'`);
  if (name === '$count' && !(isPlain(operand) && Object.keys(operand).length === 0))
    throw new CommandError(9, '$count takes no arguments, i.e. $count:{}');
  // An array is one value, not a list of operands.
  return { field, make, compute: compileExpression(operand, paths, scope) };
}

/** The group's key. A document of a single field has null where that is missing, one of several leaves it out. */
function idOf(spec: unknown, paths: Set<string>, scope: Scope): Expression {
  const names = isPlain(spec) ? Object.keys(spec) : [];
  const [name] = names;
  if (names.length !== 1 || !name || name.startsWith('$')) return compileExpression(spec, paths, scope);
  const compute = compileExpression((spec as Doc)[name], paths, scope);
  return (doc, variables) => ({ [name]: compute(doc, variables) ?? null });
}

/** Equal numbers of all types are one group; a number of JavaScript's own is its key itself, for speed. */
function keyOf(value: unknown): string | number {
  if (isNumber(value) && compareValues(value, Number(value)) === 0) return Number(value);
  return valueKey(value);
}

/** $group, streaming: one small record per group. */
export function compileGroup(spec: unknown, paths: Set<string>, scope: Scope) {
  if (!isPlain(spec)) throw new CommandError(15947, 'a group specification must be an object');
  if (!('_id' in spec)) throw new CommandError(15955, 'a group specification must include an _id');
  const id = idOf(spec._id, paths, scope);
  const accumulators = Object.entries(spec)
    .filter(([field]) => field !== '_id')
    .map(([field, value]) => accumulatorOf(field, value, paths, scope));
  return function* group(source: Iterable<Doc | null>, variables: Doc): Generator<Doc | null, void> {
    const charge = memoryOf('$group');
    const groups = new Map<string | number, { id: unknown; running: Running[] }>();
    for (const doc of source) {
      if (doc === null) {
        yield null;
        continue;
      }
      const value = id(doc, variables);
      const key = typeof value === 'number' ? value : keyOf(value);
      let entry = groups.get(key);
      if (!entry) {
        entry = { id: value, running: accumulators.map(({ make }) => make(charge)) };
        charge(weigh(value) + 16 * accumulators.length);
        groups.set(key, entry);
      }
      const { running } = entry;
      for (let i = 0; i < running.length; i++)
        (running[i] as Running).add((accumulators[i] as Accumulator).compute(doc, variables));
    }
    for (const entry of streamOf(groups.values())) {
      if (entry === null) {
        yield null;
        continue;
      }
      const { id: value, running } = entry;
      const result: Doc = { _id: value ?? null };
      for (let i = 0; i < running.length; i++)
        result[(accumulators[i] as Accumulator).field] = (running[i] as Running).result();
      yield result;
    }
  };
}

/** $bucket as the $group that it stands for. */
export function bucketAsGroup(spec: Doc): Doc {
  const { groupBy, boundaries, output = { count: { $sum: 1 } }, default: otherwise } = spec;
  if (!Array.isArray(boundaries) || boundaries.length < 2)
    throw new CommandError(40191, "The $bucket 'boundaries' field must have at least 2 values");
  const branches = boundaries.slice(0, -1).map((low, i) => ({
    case: { $and: [{ $gte: [groupBy, { $literal: low }] }, { $lt: [groupBy, { $literal: boundaries[i + 1] }] }] },
    // biome-ignore lint/suspicious/noThenProperty: the name that $switch gives it
    then: { $literal: low },
  }));
  const choose = otherwise === undefined ? { branches } : { branches, default: { $literal: otherwise } };
  return { _id: { $switch: choose }, ...(output as Doc) };
}
