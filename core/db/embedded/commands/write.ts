import { CommandError } from '../errors.ts';
import { compileProjection, type Projection } from '../projection.ts';
import { type Doc, decodeDocument, decodeValue, type Span, spansOf } from '../rawBson.ts';
import { checkSort } from '../scan.ts';
import {
  type Answer,
  checkCollation,
  documentOption,
  namespaceOf,
  type Request,
  type Server,
  type Work,
} from '../server.ts';
import { isPlain } from '../values.ts';
import { decodeOperators, encode } from '../writeBson.ts';
import { applyUpdate, placesOf, searcherOf, type UpdateSpec } from './modify.ts';
import { checkFields } from './options.ts';

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
    if (i > 0) yield null;
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
  checkFields('update.updates', op, ['q', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'sort']);
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

export function* remove(request: Request, server: Server): Work {
  const ns = namespaceOf(request);
  let n = 0;
  const errors = yield* bulk(request, 'deletes', function* (raw) {
    const op = decodeDocument(raw);
    checkFields('delete.deletes', op, ['q', 'limit', 'hint', 'collation']);
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
      if (n > 0) yield null;
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
  const fields = documentOption(body, 'fields');
  // Made before anything is written: a wrong one refuses the whole.
  const projection = fields && Object.keys(fields).length > 0 ? compileProjection(fields, true) : null;
  if (body.remove === true) {
    if (body.update !== undefined) throw new CommandError(9, 'Cannot specify both an update and remove=true');
    const gone = yield* removeOne(server, ns, spec);
    return modified({ n: gone ? 1 : 0 }, gone, projection);
  }
  if (body.update === undefined) throw new CommandError(9, 'Either an update or remove=true must be specified');
  const outcome = yield* applyUpdate(server, ns, spec);
  const last = {
    n: outcome.matched + (outcome.upserted === undefined ? 0 : 1),
    updatedExisting: outcome.matched > 0,
    ...(outcome.upserted === undefined ? {} : { upserted: outcome.upserted }),
  };
  return modified(last, body.new === true ? outcome.after : outcome.before, projection);
}

function modified(last: Doc, raw: Buffer | undefined, projection: Projection | null): Answer {
  const doc = raw ? decodeDocument(raw) : null;
  return { lastErrorObject: last, value: doc && projection ? projection.apply(doc, { ROOT: doc }) : doc, ok: 1 };
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
