import { after, type Bounds, boundsOf, flatten, MOST_PIECES } from './bounds.ts';
import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import { compileFilter, isOperators } from './filter.ts';
import type { Index } from './indexKeys.ts';
import { encodeValue, flip, MAX_VALUES } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';
import { isPlain, isRegex } from './values.ts';

/** A piece of an index: from <= key < to (null: to the end). */
export interface Interval {
  from: Buffer;
  to: Buffer | null;
}

/** How a filter's documents are found. Without an index all documents are read. */
export interface Plan {
  index: Index | null;
  intervals: Interval[];
  reverse: boolean;
  /** Whether the documents come in the wanted order. */
  sorted: boolean;
  /** Whether the intervals hold exactly the matching entries, so that a count need not read documents. */
  exact: boolean;
  /** Whether one document can come more than once. */
  repeats: boolean;
  /** The keys themselves where a unique index is given whole, so that nothing needs to be searched. */
  points: Buffer[] | null;
  /** Where an $or is answered by an index for each branch: their plans, instead of an index of this one. */
  branches: Plan[] | null;
}

interface Rated {
  plan: Plan;
  score: number;
}

type SortFields = readonly (readonly [string, number])[];

/** Chooses an index for a filter and an order. `hint` is an index's name or key. Throws 2 for an unknown hint. */
export function plan(collection: Collection, filter: Doc, sort: Doc | null, hint?: unknown): Plan {
  const conditions = flatten(filter);
  const sortFields = sort ? Object.entries(sort).map(([field, way]) => [field, Number(way)] as const) : [];
  if (hint !== undefined && hint !== null && !(isPlain(hint) && '$natural' in hint)) {
    const index = hinted(collection, hint);
    return consider(index, conditions, sortFields)?.plan ?? whole(index, sortFields);
  }
  if (hint) return everything(sort);
  const best = bestOf(collection, conditions, sortFields);
  return best && best.score > 0 ? best.plan : everything(sort);
}

/** All documents are read. */
export function everything(sort: Doc | null): Plan {
  return {
    index: null,
    intervals: [],
    reverse: false,
    sorted: sort === null || Object.keys(sort).length === 0,
    exact: false,
    repeats: false,
    points: null,
    branches: null,
  };
}

function bestOf(collection: Collection, conditions: [string, unknown][], sortFields: SortFields): Rated | null {
  let best: Rated | null = null;
  for (const index of collection.indexes) {
    if (!index.record.ready) continue;
    const found = consider(index, conditions, sortFields);
    if (found && (!best || found.score > best.score)) best = found;
    if (best && best.score >= 110) return best; // a unique key, given whole: nothing is better
  }
  return unionOf(collection, conditions, sortFields, best?.score ?? 0) ?? best;
}

/** An $or by an index for each branch, where each narrows more than one index for all of them (`least`) does. */
function unionOf(
  collection: Collection,
  conditions: [string, unknown][],
  sortFields: SortFields,
  least: number,
): Rated | null {
  const rest = conditions.filter(([name]) => name !== '$or');
  for (const [name, operand] of conditions) {
    if (name !== '$or' || !Array.isArray(operand)) continue;
    const found = operand.map((branch) => bestOf(collection, [...flatten(branch as Doc), ...rest], []));
    const rated = found.filter((branch) => branch !== null && branch.score > least) as Rated[];
    if (rated.length < found.length) continue;
    const branches = rated.flatMap(({ plan: branch }) => branch.branches ?? [branch]);
    const union: Plan = { ...everything(null), sorted: sortFields.length === 0, repeats: true, branches };
    return { plan: union, score: Math.min(...rated.map(({ score }) => score)) };
  }
  return null;
}

function hinted(collection: Collection, hint: unknown): Index {
  const key = isPlain(hint) ? JSON.stringify(hint) : null;
  const found = collection.indexes.find((index) =>
    key ? JSON.stringify(index.record.spec.key) === key : index.name === hint,
  );
  if (!found)
    throw new CommandError(2, 'error processing query: planner returned error: bad hint, the index does not exist');
  return found;
}

function whole(index: Index, sortFields: SortFields): Plan {
  const order = sortedBy(index, sortFields, 0);
  const repeats = index.record.multikey.includes(true);
  return {
    index,
    intervals: [{ from: Buffer.alloc(0), to: null }],
    reverse: order === -1,
    sorted: order !== 0,
    exact: false,
    repeats,
    points: null,
    branches: null,
  };
}

function consider(index: Index, conditions: [string, unknown][], sortFields: SortFields): Rated | null {
  const bounds = index.fields.map((field, i) => boundsOf(field, conditions, index.record.multikey[i] === true));
  if (!usable(index, conditions, bounds)) return null;
  let used = 0;
  let points = 0;
  let single = 0;
  let intervals: Interval[] = [{ from: Buffer.alloc(0), to: Buffer.alloc(0) }];
  let multikeyUsed = false;
  for (const [i, bound] of bounds.entries()) {
    if (!bound || (multikeyUsed && index.record.multikey[i])) break;
    if (intervals.length * bound.pieces.length > MOST_PIECES) break;
    if (index.record.multikey[i]) multikeyUsed = true;
    const pieces = bound.pieces.map((piece) =>
      index.descending[i]
        ? { from: flip(piece.from), to: flip(piece.to), point: piece.point, turned: true }
        : { ...piece, turned: false },
    );
    intervals = intervals.flatMap(({ from }) => pieces.map((piece) => extend(from, piece)));
    used++;
    if (!bound.pieces.every((piece) => piece.point)) break;
    points++;
    if (bound.pieces.length === 1 && single === i) single++;
  }
  const order = index.record.cut ? 0 : sortedBy(index, sortFields, single);
  const repeats = index.record.multikey.includes(true);
  const sorted = sortFields.length === 0 || order !== 0;
  const said = index.fields.slice(0, used);
  const exact =
    !repeats &&
    !index.record.cut &&
    conditions.every(([name]) => said.includes(name)) &&
    bounds.slice(0, used).every((bound) => bound?.exact);
  const complete = index.unique && points === index.fields.length && !repeats;
  const score =
    (complete ? 100 : 0) +
    points * 10 +
    (used > points ? 5 : 0) +
    (sortFields.length > 0 && order !== 0 ? 6 : 0) +
    (index.partial ? 1 : 0);
  const ordered = intervals.map(shortened).sort((a, b) => Buffer.compare(a.from, b.from));
  const result: Plan = {
    index,
    intervals: merge(ordered),
    reverse: order === -1,
    sorted,
    exact,
    repeats,
    points: null,
    branches: null,
  };
  const keys = result.intervals.map((interval) => interval.from);
  if (complete && keys.every((key) => key.length < MAX_VALUES - 32)) result.points = keys;
  if (used === 0) result.intervals = [{ from: Buffer.alloc(0), to: null }];
  return { plan: result, score };
}

function extend(from: Buffer, piece: { from: Buffer; to: Buffer; point: boolean; turned: boolean }): Interval {
  if (piece.point) {
    if (from.length === 0 && !piece.turned) return piece;
    const key = Buffer.concat([from, piece.from]);
    return { from: key, to: after(key) };
  }
  // A flipped range runs from behind its old upper end to behind its old lower end.
  const [low, high] = piece.turned ? [piece.to, piece.from] : [piece.from, piece.to];
  if (piece.turned) return { from: after(Buffer.concat([from, low])) ?? from, to: after(Buffer.concat([from, high])) };
  return { from: Buffer.concat([from, low]), to: Buffer.concat([from, high]) };
}

function shortened({ from, to }: Interval): Interval {
  const most = MAX_VALUES - 32;
  return {
    from: from.length > most ? from.subarray(0, most) : from,
    to: to && to.length > most ? after(to.subarray(0, most)) : to,
  };
}

function merge(intervals: Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals) {
    const last = merged[merged.length - 1];
    if (last && (last.to === null || Buffer.compare(interval.from, last.to) < 0)) {
      if (last.to !== null && (interval.to === null || Buffer.compare(interval.to, last.to) > 0)) last.to = interval.to;
    } else merged.push({ ...interval });
  }
  return merged;
}

/** 1 or -1 when the index, after `fixed` fields with one value, gives this order forwards or backwards; else 0. */
function sortedBy(index: Index, sortFields: SortFields, fixed: number): number {
  let at = 0;
  let direction = 0;
  const fixedFields = new Set(index.fields.slice(0, fixed));
  for (const [field, way] of sortFields) {
    if (fixedFields.has(field)) continue;
    while (at < fixed && index.fields[at] !== field) at++;
    if (index.fields[at] !== field || index.record.multikey[at]) return 0;
    const step = way < 0 === index.descending[at] ? 1 : -1;
    if (direction !== 0 && direction !== step) return 0;
    direction = step;
    at++;
  }
  return direction === 0 ? 1 : direction;
}

function usable(index: Index, conditions: [string, unknown][], bounds: (Bounds | null)[]): boolean {
  if (index.sparse && !bounds.some((bound) => bound?.notNull)) return false;
  if (!index.partial) return true;
  return Object.entries(index.partial).every(([field, operand]) => implied(field, operand, conditions));
}

/** Whether every match of the filter also fulfils this condition of a partial index. */
function implied(field: string, operand: unknown, conditions: [string, unknown][]): boolean {
  if (field === '$and')
    return (operand as Doc[]).every((part) =>
      Object.entries(part).every(([name, value]) => implied(name, value, conditions)),
    );
  if (field.startsWith('$')) return false;
  const mine = conditions.filter(([name]) => name === field);
  const wanted = isOperators(operand) ? Object.entries(operand) : [['$eq', operand] as const];
  return wanted.every(([operator, value]) => {
    if (operator === '$exists' && value)
      return mine.some(
        ([, given]) => (boundsOf(field, [[field, given]], false)?.notNull ?? false) || same(given, { $exists: true }),
      );
    const { matches } = compileFilter({ value: { [operator]: value } });
    return mine.some(([, given]) => {
      if (same(given, { [operator]: value })) return true;
      const values = isOperators(given)
        ? '$eq' in given
          ? [given.$eq]
          : '$in' in given
            ? (given.$in as unknown[])
            : null
        : isRegex(given)
          ? null
          : [given];
      return values !== null && values.length > 0 && values.every((item) => matches({ value: item }));
    });
  });
}

const same = (a: unknown, b: unknown) => encodeValue(a).equals(encodeValue(b));
