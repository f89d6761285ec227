import { CommandError } from './errors.ts';
import { compileFilter } from './filter.ts';
import { EMPTY_ARRAY, encodeTuple, MAX_VALUES, shorten } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';

/** An index as it is kept in the catalogue. */
export interface IndexRecord {
  spec: Doc;
  tree: number;
  /** For each field whether a document with an array there was ever indexed. */
  multikey: boolean[];
  /** Whether a key was ever cut: then equality still holds, order does not. */
  cut: boolean;
  /** Whether it holds every document already; until then no search uses it. */
  ready: boolean;
}

/** An index ready for use. */
export interface Index {
  record: IndexRecord;
  name: string;
  tree: number;
  fields: string[];
  paths: string[][];
  descending: boolean[];
  unique: boolean;
  sparse: boolean;
  partial: Doc | null;
  expireAfterSeconds: number | null;
  covers: (doc: Doc) => boolean;
  /** The top-level fields that its keys, and whether there are any, depend on. */
  fieldsRead: ReadonlySet<string>;
}

/** One key of an index: its bytes, and the values that they stand for. */
export interface IndexKey {
  key: Buffer;
  values: unknown[];
}

interface Walk {
  value: unknown;
  rest: string[];
}

/** Follows each field's path; where paths meet an array, one tuple per element. Returns which fields met arrays. */
function expand(states: Walk[], tuples: unknown[][], ns: string): Set<number> {
  const met = new Set<number>();
  let array: unknown[] | null = null;
  const moved = states.map((state, i) => {
    let { value, rest } = state;
    while (rest.length > 0 && value !== null && typeof value === 'object') {
      if (Array.isArray(value) && !/^\d+$/.test(rest[0] as string)) break;
      value = (value as Doc)[rest[0] as string];
      rest = rest.slice(1);
    }
    if (Array.isArray(value)) {
      met.add(i);
      if (array && array !== value) throw new CommandError(171, `cannot index parallel arrays in ${ns}`);
      array = value;
    } else if (rest.length > 0) return { value: undefined, rest: [] };
    return { value, rest };
  });
  if (array === null) {
    tuples.push(moved.map((state) => state.value));
    return met;
  }
  const list = array as unknown[];
  for (const element of list.length > 0 ? list : [undefined]) {
    const next = moved.map((state) => {
      if (state.value !== list) return state;
      if (state.rest.length === 0) return { value: new Final(list.length > 0 ? element : EMPTY_ARRAY), rest: [] };
      return { value: Array.isArray(element) ? undefined : element, rest: state.rest };
    });
    for (const i of expand(next, tuples, ns)) met.add(i);
  }
  for (const tuple of tuples)
    for (let i = 0; i < tuple.length; i++) if (tuple[i] instanceof Final) tuple[i] = (tuple[i] as Final).value;
  return met;
}

/** An array's element, which is indexed as it stands even when it is an array itself. */
class Final {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Makes an index of the catalogue ready for use. */
export function openIndex(record: IndexRecord): Index {
  const { spec } = record;
  const key = spec.key as Doc;
  const fields = Object.keys(key);
  const partial = (spec.partialFilterExpression as Doc | undefined) ?? null;
  const filter = partial && compileFilter(partial);
  return {
    record,
    name: String(spec.name),
    tree: record.tree,
    fields,
    paths: fields.map((field) => field.split('.')),
    descending: fields.map((field) => Number(key[field]) < 0),
    unique: spec.unique === true || spec.name === '_id_',
    sparse: spec.sparse === true,
    partial,
    expireAfterSeconds: spec.expireAfterSeconds === undefined ? null : Number(spec.expireAfterSeconds),
    covers: filter ? filter.matches : () => true,
    fieldsRead: new Set([...fields, ...(filter?.paths ?? [])].map((path) => path.split('.')[0] as string)),
  };
}

/** An index's keys for a document: none when it is outside, several when a field is an array. `changed` is called when the index's record did. */
export function keysOf(index: Index, doc: Doc, ns: string, changed: () => void): IndexKey[] {
  if (!index.covers(doc)) return [];
  const tuples: unknown[][] = [];
  const states = index.paths.map((path) => ({ value: doc as unknown, rest: path }));
  for (const i of expand(states, tuples, ns)) {
    if (index.record.multikey[i]) continue;
    index.record.multikey[i] = true;
    changed();
  }
  const keys = new Map<string, IndexKey>();
  for (const values of tuples) {
    if (index.sparse && values.every((value) => value === undefined)) continue;
    const whole = encodeTuple(values, index.descending);
    if (whole.length > MAX_VALUES && !index.record.cut) {
      index.record.cut = true;
      changed();
    }
    const key = shorten(whole);
    if (tuples.length === 1) return [{ key, values }];
    keys.set(key.latin1Slice(), { key, values });
  }
  return [...keys.values()];
}
