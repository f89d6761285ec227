import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import { compileFilter, type Filter } from './filter.ts';
import { everything, type Interval, type Plan, plan } from './planner.ts';
import { type Doc, decodeDocument, type Shape } from './rawBson.ts';
import { shapeOf } from './shape.ts';
import { sortStream } from './sort.ts';
import { sorter } from './sorter.ts';
import type { Store } from './store.ts';

/** A document on its way: where it lies, and its bytes. */
export interface Found {
  idKey: Buffer;
  raw: Buffer;
}

/** Work in slices: null between two values is a place where other requests may run. */
export type Stream<T> = Generator<T | null, void>;

/** What a search looked at; explain shows it. */
export interface Counters {
  keys: number;
  docs: number;
}

/** How a client asked for documents. */
export interface Search {
  filter: Doc;
  sort?: Doc | null;
  skip?: number;
  limit?: number;
  hint?: unknown;
  variables?: Doc;
  /** Whether only their number is wanted. */
  counts?: boolean;
  /** Whether a sort may keep the documents' places only, and read them again. */
  allowDiskUse?: boolean;
}

const NO_BYTES = Buffer.alloc(0);
const FIRST_BATCH = 8;
const BATCH = 128;
const BATCH_BYTES = 1024 * 1024;
const PAUSE_EVERY = 32;
/** A document of this size counts as another one when it is about time for a pause. */
const LARGE = 8 * 1024;

/** The entries of a tree's intervals in order, read in batches that hold no cursor open in between. */
function* entriesOf(store: Store, tree: number, intervals: Interval[], reverse: boolean) {
  let size = FIRST_BATCH;
  for (const interval of reverse ? intervals.toReversed() : intervals) {
    let { from, to } = interval;
    for (;;) {
      const batch = store.entries(tree, from, to, reverse, size);
      yield* batch;
      const last = batch[batch.length - 1];
      if (!last || batch.length < size) break;
      if (reverse) to = last.key;
      else from = Buffer.concat([last.key, Buffer.alloc(1)]);
      const bytes = batch.reduce((sum, { value }) => sum + value.length, 1);
      size = Math.min(BATCH, Math.ceil((batch.length * BATCH_BYTES) / bytes));
    }
  }
}

/** The documents of a plan's intervals, each once, none that is in `seen`, before the filter is asked. Their bytes are valid until the next. */
function* candidates(
  store: Store,
  collection: Collection,
  chosen: Plan,
  counters: Counters,
  seen: Set<string> | null,
): Stream<Found> {
  if (chosen.points) {
    yield* pointed(store, collection, chosen, chosen.points, counters, seen);
    return;
  }
  const direct = !chosen.index || chosen.index.tree === collection.tree;
  const intervals = chosen.index ? chosen.intervals : [{ from: Buffer.alloc(0), to: null }];
  let spent = 0;
  for (const { key, value } of entriesOf(
    store,
    direct ? collection.tree : (chosen.index?.tree ?? 0),
    intervals,
    chosen.reverse,
  )) {
    if (chosen.index) counters.keys++;
    if (++spent >= PAUSE_EVERY) {
      spent = 0;
      yield null;
    }
    if (seen && isSeen(seen, direct ? key : value)) continue;
    if (direct) {
      counters.docs++;
      spent += value.length / LARGE;
      yield { idKey: key, raw: value };
      continue;
    }
    const raw = collection.peek(value);
    if (!raw) continue;
    counters.docs++;
    spent += raw.length / LARGE;
    yield { idKey: value, raw };
  }
}

function isSeen(seen: Set<string>, idKey: Buffer): boolean {
  const text = idKey.latin1Slice();
  if (seen.has(text)) return true;
  seen.add(text);
  return false;
}

/** The documents behind whole unique keys. */
function* pointed(
  store: Store,
  collection: Collection,
  chosen: Plan,
  points: Buffer[],
  counters: Counters,
  seen: Set<string> | null,
): Stream<Found> {
  const tree = chosen.index?.tree ?? collection.tree;
  let spent = 0;
  for (const key of chosen.reverse ? points.toReversed() : points) {
    if (++spent >= PAUSE_EVERY) {
      spent = 0;
      yield null;
    }
    const idKey = tree === collection.tree ? key : store.get(tree, key);
    if (!idKey) continue;
    counters.keys++;
    if (seen && isSeen(seen, idKey)) continue;
    const raw = collection.get(idKey);
    if (!raw) continue;
    counters.docs++;
    spent += raw.length / LARGE;
    yield { idKey, raw };
  }
}

/** Reading a document behind an index entry takes about three times as long as reading it in its place. */
const SHARE_BY_INDEX = 1 / 3;
/** Not worth a look below so many documents, nor with more intervals than that. */
const SMALL = 1000;
const MOST_INTERVALS = 64;

/** Whether an index would lead to so many of the documents that it is quicker to read them all. */
function leadsToMost(store: Store, collection: Collection, chosen: Plan, search: Search): boolean {
  const { count } = collection.record;
  if (count < SMALL || search.limit || search.hint || (search.counts && chosen.exact)) return false;
  if (search.sort && chosen.sorted) return false;
  let keys = 0;
  for (const { index, intervals, points } of chosen.branches ?? [chosen]) {
    if (!index || index.tree === collection.tree || points || intervals.length > MOST_INTERVALS) return false;
    for (const { from, to } of intervals) keys += store.countEntries(index.tree, from, to);
    if (keys > count * SHARE_BY_INDEX) return true;
  }
  return false;
}

/** A search made ready: its plan, and what it needs of each document. */
export class Searcher {
  readonly plan: Plan;
  /** What was looked at, for each branch of the plan. */
  readonly counters: Counters[];
  readonly filter: Filter;
  private readonly shape: Shape | null;
  private readonly store: Store;
  private readonly collection: Collection;
  private readonly search: Search;

  constructor(store: Store, collection: Collection, search: Search) {
    this.store = store;
    this.collection = collection;
    this.search = search;
    this.filter = compileFilter(search.filter, search.variables);
    this.shape = this.filter.paths.has('') ? null : shapeOf(this.filter.paths);
    const chosen = plan(collection, search.filter, search.sort ?? null, search.hint);
    this.plan = leadsToMost(store, collection, chosen, search) ? everything(search.sort ?? null) : chosen;
    this.counters = (this.plan.branches ?? [this.plan]).map(() => ({ keys: 0, docs: 0 }));
  }

  /** Whether a raw document fulfils the filter. */
  accepts(raw: Buffer): boolean {
    return Object.keys(this.search.filter).length === 0 || this.filter.matches(decodeDocument(raw, this.shape));
  }

  /** All documents that match, in the plan's order. */
  *matching(): Stream<Found> {
    const { tree } = this.collection;
    const branches = this.plan.branches ?? [this.plan];
    const copied = branches.some(({ index, points }) => index && index.tree !== tree && !points);
    for (const found of this.looked())
      yield found && copied ? { idKey: found.idKey, raw: Buffer.from(found.raw) } : found;
  }

  /** The same, their bytes valid until the next. */
  private *looked(): Stream<Found> {
    const { plan: chosen, store, collection } = this;
    const seen = chosen.repeats ? new Set<string>() : null;
    for (const [i, branch] of (chosen.branches ?? [chosen]).entries()) {
      for (const found of candidates(store, collection, branch, this.counters[i] as Counters, seen)) {
        if (found === null || this.accepts(found.raw)) yield found;
      }
    }
  }

  /** The matching documents in the wanted order, after skip and limit. */
  *results(): Stream<Found> {
    const { sort, skip = 0, limit = 0 } = this.search;
    const ordered = sort && !this.plan.sorted ? this.sorted(sort, limit > 0 ? skip + limit : 0) : this.matching();
    let passed = 0;
    for (const found of ordered) {
      if (found === null) yield null;
      else if (passed++ >= skip) {
        yield found;
        if (limit > 0 && passed === skip + limit) return;
      }
    }
  }

  /** Sorted in memory; above 100 MB only the keys are kept there, and the documents read once more. */
  private *sorted(sort: Doc, most: number): Stream<Found> {
    const { key, compare } = sorter(sort);
    const shape = shapeOf(Object.keys(sort));
    let light = false;
    const order = {
      key: ({ raw }: Found) => key(decodeDocument(raw, shape)),
      compare,
      keep: (found: Found) => {
        if (light) found.raw = NO_BYTES;
        return found.raw.length + found.idKey.length;
      },
      shed: () => {
        light = !light && this.search.allowDiskUse !== false;
        return light;
      },
    };
    for (const found of sortStream(this.matching(), order, most)) {
      const raw = found && (found.raw.length > 0 ? found.raw : this.collection.get(found.idKey));
      if (found === null) yield null;
      else if (raw && (raw === found.raw || this.accepts(raw))) yield { idKey: found.idKey, raw };
    }
  }

  /** How many documents match, after skip and limit; by the index alone where its bounds say everything. */
  *count(): Generator<null, number> {
    const { skip = 0, limit = 0, filter } = this.search;
    let total = 0;
    const bounded = (number: number) => Math.max(0, Math.min(number - skip, limit || Number.POSITIVE_INFINITY));
    if (Object.keys(filter).length === 0) return bounded(this.collection.record.count);
    if (this.plan.index && this.plan.exact) {
      for (const { from, to } of this.plan.intervals) {
        const here = this.store.countEntries(this.plan.index.tree, from, to);
        (this.counters[0] as Counters).keys += here;
        total += here;
        yield null;
      }
      return bounded(total);
    }
    for (const found of this.looked()) {
      if (found === null) yield null;
      else if (limit > 0 && ++total >= skip + limit) break;
      else if (limit === 0) total++;
    }
    return bounded(total);
  }
}

/** A sort specification checked: directions 1 or -1, at most 32 fields. */
export function checkSort(sort: Doc): Doc {
  for (const [field, way] of Object.entries(sort)) {
    if (typeof way === 'object' && way !== null && '$meta' in way)
      throw new CommandError(115, '$meta sorts are not served by the embedded database');
    if (Number(way) !== 1 && Number(way) !== -1)
      throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (field === '' || field.startsWith('$') || field.split('.').includes(''))
      throw new CommandError(2, `FieldPath field names may not be empty or start with '$': '${field}'`);
  }
  return sort;
}
