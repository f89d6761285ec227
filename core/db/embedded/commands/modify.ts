import { type Collection, withGivenId } from '../collection.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, isOperators } from '../filter.ts';
import { compareValues } from '../keyEncoding.ts';
import { type Doc, decodeDocument, setField } from '../rawBson.ts';
import { Searcher } from '../scan.ts';
import type { Server } from '../server.ts';
import { compileUpdateStages } from '../stages.ts';
import { compileUpdate, type UpdateContext } from '../update.ts';
import { isPlain, isRegex } from '../values.ts';
import { encode, patch } from '../writeBson.ts';

/** What one write of a bulk did. */
export interface Outcome {
  matched: number;
  modified: number;
  upserted?: unknown;
  before?: Buffer;
  after?: Buffer;
}

/** One update as a client describes it. */
export interface UpdateSpec {
  filter: Doc;
  update: unknown;
  /** The replacement document, raw. */
  raw: Buffer | null;
  multi: boolean;
  upsert: boolean;
  arrayFilters: Doc[];
  sort: Doc | null;
  hint: unknown;
  variables: Doc;
}

type Changer = (raw: Buffer, context: UpdateContext) => { raw: Buffer; touched: Set<string> | null };

/** How an update changes a document: operators, a pipeline, or a replacement. */
function changerOf(spec: UpdateSpec): Changer {
  const { update: given, raw, multi } = spec;
  if (Array.isArray(given)) {
    const change = compileUpdateStages(given as Doc[], spec.variables);
    return (old) => ({ raw: keepId(old, encode(change(decodeDocument(old)))), touched: null });
  }
  if (!isPlain(given)) throw new CommandError(9, 'Update argument must be either an object or an array');
  const first = Object.keys(given)[0];
  if (first?.startsWith('$')) {
    const change = compileUpdate(given, spec.arrayFilters);
    return (old, context) => {
      const changes = change(old, context);
      if (changes.size === 0) return { raw: old, touched: new Set() };
      if (
        changes.has('_id') &&
        !context.inserting &&
        compareValues(changes.get('_id') ?? null, decodeDocument(old, ID)._id) !== 0
      )
        throw immutable();
      return { raw: patch(old, changes), touched: new Set(changes.keys()) };
    };
  }
  if (multi) throw new CommandError(9, 'multi update is not supported for replacement-style update');
  if (spec.arrayFilters.length > 0)
    throw new CommandError(9, 'arrayFilters may not be specified for replacement-style updates');
  return (old) => ({ raw: keepId(old, raw as Buffer), touched: null });
}

const immutable = () =>
  new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
const ID = new Map([['_id', null]]);

function keepId(old: Buffer, fresh: Buffer): Buffer {
  const { _id: was } = decodeDocument(old, ID);
  const { _id: is } = decodeDocument(fresh, ID);
  if (was === undefined) return fresh;
  if (is !== undefined && compareValues(was, is) !== 0) throw immutable();
  return withGivenId(fresh, was);
}

/** Changes the matching document, or all of them, or puts in a new one where `upsert` says so and none matched. */
export function* applyUpdate(server: Server, ns: string, spec: UpdateSpec): Generator<null, Outcome> {
  const change = changerOf(spec);
  const collection = server.store.collections.get(ns);
  const outcome: Outcome = { matched: 0, modified: 0 };
  let places: Buffer[] = [];
  do {
    if (!collection) break;
    const searcher = searcherOf(server, collection, spec);
    places = yield* placesOf(searcher, spec.multi);
    for (const place of places) {
      if (outcome.matched > 0) yield null;
      const raw = collection.get(place);
      if (!raw || !searcher.accepts(raw)) continue;
      outcome.matched++;
      const { raw: after, touched } = change(raw, { filter: spec.filter, inserting: false, now: new Date() });
      outcome.before = raw;
      outcome.after = after;
      if (after === raw || after.equals(raw)) continue;
      (server.store.collections.get(ns) ?? collection).replace(place, raw, after, touched);
      outcome.modified++;
    }
    // The one document found was changed by another command in between: look again.
  } while (!spec.multi && outcome.matched === 0 && places.length > 0);
  if (!collection) compileFilter(spec.filter);
  if (outcome.matched > 0 || !spec.upsert) return outcome;
  return upsert(server, ns, spec, change);
}

/** The search for what a write is about. */
export function searcherOf(
  server: Server,
  collection: Collection,
  spec: { filter: Doc; sort: Doc | null; hint: unknown; multi: boolean; variables: Doc },
) {
  const { filter, sort, hint, multi, variables } = spec;
  return new Searcher(server.store, collection, { filter, sort, hint, limit: multi ? 0 : 1, variables });
}

/** Where the matching documents lie; found before the first is changed, so that none is met again at its new place. */
export function* placesOf(searcher: Searcher, multi: boolean): Generator<null, Buffer[]> {
  const places: Buffer[] = [];
  for (const found of searcher.results()) {
    if (found === null) yield null;
    else {
      places.push(found.idKey);
      if (!multi) break;
    }
  }
  return places;
}

function upsert(server: Server, ns: string, spec: UpdateSpec, change: Changer): Outcome {
  const base: Doc = {};
  const isReplacement = isPlain(spec.update) && !Object.keys(spec.update)[0]?.startsWith('$');
  equalities(spec.filter, base, isReplacement);
  const { raw } = change(encode(base), { filter: spec.filter, inserting: true, now: new Date() });
  if ('_id' in base && compareValues(base._id, decodeDocument(raw, ID)._id) !== 0) throw immutable();
  const { id, raw: after } = server.store.ensure(ns).insert(raw);
  return { matched: 0, modified: 0, upserted: id, after };
}

/** The fields that a filter fixes to one value: what an upsert begins with; for a replacement only the _id. */
function equalities(filter: Doc, base: Doc, idOnly: boolean): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) for (const part of operand) equalities(part as Doc, base, idOnly);
    else if (name === '$or' && Array.isArray(operand) && operand.length === 1)
      equalities(operand[0] as Doc, base, idOnly);
    else if (idOnly ? name === '_id' : !name.startsWith('$')) {
      const values = isOperators(operand) ? equalTo(operand) : isRegex(operand) ? [] : [operand];
      for (const value of values) place(base, name.split('.'), value);
    }
  }
}

/** What operators want a field to be equal to. */
function equalTo({ $eq, $all, $in }: Doc): unknown[] {
  if ($eq !== undefined) return [$eq];
  if (Array.isArray($all)) return $all.filter((value) => !isRegex(value) && !isOperators(value));
  return Array.isArray($in) && $in.length === 1 ? $in : [];
}

function place(base: Doc, path: string[], value: unknown): void {
  let at = base;
  const last = path.at(-1) as string;
  for (const name of path.slice(0, -1)) {
    if (!Object.hasOwn(at, name)) setField(at, name, {});
    at = at[name] as Doc;
    if (!isPlain(at)) break;
  }
  if (!isPlain(at) || Object.hasOwn(at, last))
    throw new CommandError(54, `cannot infer query fields to set, path '${path.join('.')}' is matched twice`);
  setField(at, last, value);
}
