import { compileUpdateStages } from '../aggregate.ts';
import { type Collection, withGivenId } from '../collection.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, isOperators, isPlain } from '../filter.ts';
import { compareValues } from '../keyEncoding.ts';
import { compileProjection } from '../projection.ts';
import {
  type Doc,
  decodeDocument,
  decodeOperators,
  decodeValue,
  encode,
  patch,
  type Span,
  setField,
  spansOf,
} from '../rawBson.ts';
import { checkSort, Searcher } from '../scan.ts';
import {
  type Answer,
  checkCollation,
  checkOptions,
  documentOption,
  namespaceOf,
  type Request,
  type Server,
  type Work,
} from '../server.ts';
import { compileUpdate, type UpdateContext } from '../update.ts';

/** What one write of a bulk did. */
interface Outcome {
  matched: number;
  modified: number;
  upserted?: unknown;
  before?: Buffer;
  after?: Buffer;
}

/** One update as a client describes it. */
interface UpdateSpec {
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

const MOST_WRITES = 100_000;

/** Runs the writes of a bulk one by one; errors are listed, and end an ordered bulk. */
function* bulk(
  request: Request,
  field: string,
  run: (raw: Buffer, i: number) => Generator<null, void>,
): Generator<null, Doc[]> {
  const list = request.lists.get(field) ?? [];
  if (list.length === 0 || list.length > MOST_WRITES)
    throw new CommandError(
      16,
      `Write batch sizes must be between 1 and ${MOST_WRITES}. Got ${list.length} operations.`,
    );
  const errors: Doc[] = [];
  for (const [i, raw] of list.entries()) {
    if (i % 16 === 15) yield null;
    try {
      yield* run(raw, i);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push({ index: i, code: error.code, ...error.extra, errmsg: error.message });
      if (request.body.ordered !== false) break;
    }
  }
  return errors;
}

const withErrors = (answer: Doc, errors: Doc[]): Answer => ({
  ...answer,
  ...(errors.length > 0 ? { writeErrors: errors } : {}),
  ok: 1,
});

export function* insert(request: Request, server: Server): Work {
  checkOptions(request, ['ordered', 'bypassDocumentValidation']);
  const ns = namespaceOf(request);
  let n = 0;
  // biome-ignore lint/correctness/useYield: one insert is one slice
  const errors = yield* bulk(request, 'documents', function* (raw) {
    server.store.ensure(ns).insert(raw);
    n++;
  });
  return withErrors({ n }, errors);
}

export function* update(request: Request, server: Server): Work {
  checkOptions(request, ['ordered', 'bypassDocumentValidation', 'let']);
  const ns = namespaceOf(request);
  const upserted: Doc[] = [];
  let [n, modified] = [0, 0];
  const errors = yield* bulk(request, 'updates', function* (raw, i) {
    const spec = updateSpec(raw, request);
    const outcome = yield* applyUpdate(server, ns, spec);
    n += outcome.matched;
    modified += outcome.modified;
    if (outcome.upserted !== undefined) {
      n++;
      upserted.push({ index: i, _id: outcome.upserted });
    }
  });
  return withErrors({ n, nModified: modified, ...(upserted.length > 0 ? { upserted } : {}) }, errors);
}

function updateSpec(raw: Buffer, request: Request): UpdateSpec {
  const spans = spansOf(raw);
  const span = spans.find(({ name }) => name === 'u');
  const op: Doc = {};
  for (const { name, type, at } of spans) if (name !== 'u') op[name] = decodeValue(type, raw, at);
  for (const name of Object.keys(op)) {
    if (!['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'sort'].includes(name))
      throw new CommandError(40415, `BSON field 'update.updates.${name}' is an unknown field.`);
  }
  checkCollation(op.collation);
  if (!span) throw new CommandError(40414, "BSON field 'update.updates.u' is missing but a required field");
  return {
    filter: documentOption(op, 'q') ?? {},
    ...updateOf(span, raw),
    multi: op.multi === true,
    upsert: op.upsert === true,
    arrayFilters: (op.arrayFilters as Doc[] | undefined) ?? [],
    sort: documentOption(op, 'sort'),
    hint: op.hint,
    variables: { ...documentOption(request.body, 'let'), ...(op.c as Doc | undefined), NOW: new Date() },
  };
}

/** The update itself: operators decoded, of a replacement only the bytes, a pipeline or anything else as a value. */
function updateOf(span: Span, raw: Buffer): { update: unknown; raw: Buffer | null } {
  if (span.type !== 3) return { update: decodeValue(span.type, raw, span.at), raw: null };
  const bytes = Buffer.from(raw.subarray(span.at, span.to));
  return bytes[5] === 36 ? { update: decodeOperators(bytes), raw: null } : { update: {}, raw: bytes };
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

function* applyUpdate(server: Server, ns: string, spec: UpdateSpec): Generator<null, Outcome> {
  const change = changerOf(spec);
  const collection = server.store.collections.get(ns);
  const outcome: Outcome = { matched: 0, modified: 0 };
  let places: Buffer[] = [];
  do {
    if (!collection) break;
    const searcher = searcherOf(server, collection, spec);
    places = yield* placesOf(searcher, spec.multi);
    for (const place of places) {
      if (outcome.matched % 32 === 31) yield null;
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

function searcherOf(
  server: Server,
  collection: Collection,
  spec: { filter: Doc; sort: Doc | null; hint: unknown; multi: boolean; variables: Doc },
) {
  const { filter, sort, hint, multi, variables } = spec;
  return new Searcher(server.store, collection, { filter, sort, hint, limit: multi ? 0 : 1, variables });
}

/** Where the matching documents lie; found before the first is changed, so that none is met again at its new place. */
function* placesOf(searcher: Searcher, multi: boolean): Generator<null, Buffer[]> {
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
  equalities(spec.filter, base);
  const isReplacement = isPlain(spec.update) && !Object.keys(spec.update)[0]?.startsWith('$');
  const start = encode(isReplacement ? ('_id' in base ? { _id: base._id } : {}) : base);
  const { raw } = change(start, { filter: spec.filter, inserting: true, now: new Date() });
  const { id, raw: after } = server.store.ensure(ns).insert(raw);
  return { matched: 0, modified: 0, upserted: id, after };
}

/** The fields that a filter fixes to one value: what an upsert begins with. */
function equalities(filter: Doc, base: Doc): void {
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(operand)) for (const part of operand) equalities(part as Doc, base);
    else if (name === '$or' && Array.isArray(operand) && operand.length === 1) equalities(operand[0] as Doc, base);
    else if (!name.startsWith('$')) {
      const value = isOperators(operand)
        ? (operand.$eq ?? (Array.isArray(operand.$all) && operand.$all.length === 1 ? operand.$all[0] : undefined))
        : operand;
      const single =
        isOperators(operand) && Array.isArray(operand.$in) && operand.$in.length === 1 ? operand.$in[0] : value;
      const isPattern =
        typeof single === 'object' && single !== null && '_bsontype' in single && single._bsontype === 'BSONRegExp';
      if (single !== undefined && !isPattern) place(base, name.split('.'), single);
    }
  }
}

function place(base: Doc, path: string[], value: unknown): void {
  let at = base;
  for (const name of path.slice(0, -1)) {
    if (!isPlain(at[name])) setField(at, name, {});
    at = at[name] as Doc;
  }
  setField(at, path.at(-1) as string, value);
}

export function* remove(request: Request, server: Server): Work {
  checkOptions(request, ['ordered', 'let']);
  const ns = namespaceOf(request);
  let n = 0;
  const errors = yield* bulk(request, 'deletes', function* (raw) {
    const op = decodeDocument(raw);
    checkCollation(op.collation);
    if (op.limit === undefined || ![0, 1].includes(Number(op.limit)))
      throw new CommandError(9, `The limit field in delete objects must be 0 or 1. Got ${String(op.limit)}`);
    const collection = server.store.collections.get(ns);
    if (!collection) return;
    const spec = {
      filter: documentOption(op, 'q') ?? {},
      sort: null,
      hint: op.hint,
      multi: Number(op.limit) === 0,
      variables: { ...documentOption(request.body, 'let'), NOW: new Date() },
    };
    const searcher = searcherOf(server, collection, spec);
    for (const place of yield* placesOf(searcher, spec.multi)) {
      if (n % 32 === 31) yield null;
      const now = server.store.collections.get(ns);
      const old = now?.get(place);
      if (!now || !old || !searcher.accepts(old)) continue;
      now.remove(place, old);
      n++;
    }
  });
  return withErrors({ n }, errors);
}

export function* findAndModify(request: Request, server: Server): Work {
  checkOptions(request, [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'hint',
    'bypassDocumentValidation',
    'let',
  ]);
  const { body } = request;
  const ns = namespaceOf(request);
  const sort = documentOption(body, 'sort');
  const spec: UpdateSpec = {
    filter: documentOption(body, 'query') ?? {},
    update: body.update,
    raw: isPlain(body.update) ? encode(body.update) : null,
    multi: false,
    upsert: body.upsert === true,
    arrayFilters: (body.arrayFilters as Doc[] | undefined) ?? [],
    sort: sort && checkSort(sort),
    hint: body.hint,
    variables: { ...documentOption(body, 'let'), NOW: new Date() },
  };
  if (body.remove === true) {
    if (body.update !== undefined) throw new CommandError(9, 'Cannot specify both an update and remove=true');
    const gone = yield* removeOne(server, ns, spec);
    return modified({ n: gone ? 1 : 0 }, gone, body);
  }
  if (body.update === undefined) throw new CommandError(9, 'Either an update or remove=true must be specified');
  const outcome = yield* applyUpdate(server, ns, spec);
  const last = {
    n: outcome.matched + (outcome.upserted === undefined ? 0 : 1),
    updatedExisting: outcome.matched > 0,
    ...(outcome.upserted === undefined ? {} : { upserted: outcome.upserted }),
  };
  return modified(last, body.new === true ? outcome.after : outcome.before, body);
}

function modified(last: Doc, raw: Buffer | undefined, body: Doc): Answer {
  const fields = documentOption(body, 'fields');
  const doc = raw ? decodeDocument(raw) : null;
  return {
    lastErrorObject: last,
    value:
      doc && fields && Object.keys(fields).length > 0 ? compileProjection(fields, true).apply(doc, { ROOT: doc }) : doc,
    ok: 1,
  };
}

function* removeOne(server: Server, ns: string, spec: UpdateSpec): Generator<null, Buffer | undefined> {
  const collection = server.store.collections.get(ns);
  if (!collection) return undefined;
  const searcher = searcherOf(server, collection, spec);
  for (const place of yield* placesOf(searcher, false)) {
    const old = collection.get(place);
    if (!old || !searcher.accepts(old)) continue;
    collection.remove(place, old);
    return old;
  }
  return undefined;
}
