import { type Maker, missing, type Running, SIMPLE } from './accumulators.ts';
import { checkArguments } from './arguments.ts';
import { CommandError } from './errors.ts';
import { compileExpression, type Expression } from './expression.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { memoryOf, weigh } from './memory.ts';
import type { Doc } from './rawBson.ts';
import { sorter } from './sorter.ts';
import { isPlain } from './values.ts';

type Scope = ReadonlySet<string>;

interface Accumulator {
  field: string;
  make: Maker;
  compute: Expression;
}

/** Keeps the first or best n of a group: $firstN, $lastN, $minN, $maxN, $top, $topN, $bottom, $bottomN. */
function choosing(
  name: string,
  operand: unknown,
  paths: Set<string>,
  scope: Scope,
): { make: Maker; compute: Expression } {
  if (!isPlain(operand)) throw new CommandError(5788001, `specification must be an object; found ${name}: ${operand}`);
  checkArguments(name, operand);
  const many = name.endsWith('N');
  const most = many ? Number(operand.n) : 1;
  if (!Number.isInteger(most) || most < 1)
    throw new CommandError(5787908, `'n' must be a positive integer for ${name}`);
  if (name === '$firstN' || name === '$lastN' || name === '$minN' || name === '$maxN') {
    const make: Maker = (charge) => {
      let list: unknown[] = [];
      let peak = 0;
      const arrange: Record<string, () => unknown[]> = {
        $firstN: () => list.slice(0, most),
        $lastN: () => list.slice(-most),
        $minN: () =>
          list
            .filter((item) => !missing(item))
            .sort(compareValues)
            .slice(0, most),
        $maxN: () =>
          list
            .filter((item) => !missing(item))
            .sort((a, b) => compareValues(b, a))
            .slice(0, most),
      };
      const keep = () => (arrange[name] as () => unknown[])();
      return {
        add: (value) => {
          list.push(value ?? null);
          if (list.length > peak) charge(weigh(value));
          peak = Math.max(peak, list.length);
          if (list.length > most * 2 + 50) list = keep();
        },
        result: keep,
      };
    };
    return { make, compute: compileExpression(operand.input, paths, scope) };
  }
  if (!isPlain(operand.sortBy)) throw new CommandError(5788005, `Missing value for 'sortBy' for ${name}`);
  const { key, compare } = sorter(operand.sortBy);
  for (const path of Object.keys(operand.sortBy)) paths.add(path);
  const output = compileExpression(operand.output, paths, scope);
  const make: Maker = (charge) => {
    let peak = 0;
    let list: { key: unknown[]; value: unknown }[] = [];
    const keep = () => {
      list.sort((a, b) => compare(a.key, b.key));
      list = name.startsWith('$top') ? list.slice(0, most) : list.slice(-most);
    };
    return {
      add: (item) => {
        list.push(item as { key: unknown[]; value: unknown });
        if (list.length > peak) charge(weigh(item));
        peak = Math.max(peak, list.length);
        if (list.length > most * 2 + 50) keep();
      },
      result: () => {
        keep();
        const values = list.map((item) => item.value ?? null);
        return many ? values : (values[0] ?? null);
      },
    };
  };
  return { make, compute: (doc, variables) => ({ key: key(doc), value: output(doc, variables) }) };
}

const NOT_SERVED = new Set(['$accumulator', '$median', '$percentile']);
const CHOOSING = new Set(['$firstN', '$lastN', '$minN', '$maxN', '$top', '$topN', '$bottom', '$bottomN']);

function accumulatorOf(field: string, spec: unknown, paths: Set<string>, scope: Scope): Accumulator {
  if (field.includes('.')) throw new CommandError(40235, `The field name '${field}' cannot contain '.'`);
  const [name, operand] = isPlain(spec) ? (Object.entries(spec)[0] ?? []) : [];
  if (name === undefined || Object.keys(spec as Doc).length !== 1)
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  if (CHOOSING.has(name)) return { field, ...choosing(name, operand, paths, scope) };
  const make = SIMPLE[name];
  if (NOT_SERVED.has(name))
    throw new CommandError(115, `the accumulator ${name} is not served by the embedded database`);
  if (!make) throw new CommandError(15952, `unknown group operator '${name}'`);
  return { field, make, compute: compileExpression(name === '$count' ? null : operand, paths, scope) };
}

/** The group's key. A document of a single field has null where that is missing, one of several leaves it out. */
function idOf(spec: unknown, paths: Set<string>, scope: Scope): Expression {
  const names = isPlain(spec) ? Object.keys(spec) : [];
  const [name] = names;
  if (names.length !== 1 || !name || name.startsWith('$')) return compileExpression(spec, paths, scope);
  const compute = compileExpression((spec as Doc)[name], paths, scope);
  return (doc, variables) => ({ [name]: compute(doc, variables) ?? null });
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
      const key = typeof value === 'number' ? value : valueKey(value);
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
    for (const { id: value, running } of groups.values()) {
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
