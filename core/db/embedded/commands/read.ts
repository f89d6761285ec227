import { Long } from 'bson';
import { Pipeline } from '../aggregate.ts';
import { fieldValues } from '../distinct.ts';
import { CommandError } from '../errors.ts';
import { scopeOf } from '../expression.ts';
import { valueKey } from '../keyEncoding.ts';
import { weigh } from '../memory.ts';
import { compileProjection } from '../projection.ts';
import { type Doc, decodeDocument, MAX_DOCUMENT, pickFields } from '../rawBson.ts';
import { checkSort, Searcher, type Stream } from '../scan.ts';
import {
  type Cursor,
  countOption,
  documentOption,
  namespaceOf,
  type Request,
  type Server,
  type Work,
} from '../server.ts';
import { shapeOf } from '../shape.ts';
import { streamOf } from '../stage.ts';
import { encode } from '../writeBson.ts';
import { Batch } from './batch.ts';

const FIRST_BATCH = 101;
const BATCH_BYTES = 16 * 1024 * 1024 - 64 * 1024;

/** find: an unprojected document is answered as the very bytes that are stored. */
export function* find(request: Request, server: Server): Work {
  const ns = namespaceOf(request);
  const single = request.body.singleBatch === true || Number(request.body.limit ?? 0) < 0;
  const batch = request.body.batchSize === undefined ? FIRST_BATCH : countOption(request.body, 'batchSize');
  const cursor = cursorOver(ns, findStream(request, server), request.body.noCursorTimeout === true);
  return yield* nextBatch(server, cursor, batch, 'firstBatch', single, Number(request.body.batchSize ?? 1) === 0);
}

function findStream(request: Request, server: Server): Stream<Buffer> {
  const searcher = searcherOf(request, server);
  const projection = documentOption(request.body, 'projection');
  return searcher ? projected(searcher, projection, variablesOf(request)) : none();
}

function* none(): Stream<Buffer> {}

function variablesOf(request: Request): Doc {
  return { ...documentOption(request.body, 'let'), NOW: new Date() };
}

/** The search that a find or count describes; null when its collection does not exist (its filter is checked all the same). */
export function searcherOf(
  { body, name, database, ...rest }: Request,
  server: Server,
  filterName = 'filter',
): Searcher | null {
  const sort = documentOption(body, 'sort');
  const search = {
    filter: documentOption(body, filterName) ?? {},
    sort: sort && !('$natural' in sort) ? checkSort(sort) : null,
    skip: countOption(body, 'skip'),
    limit: Math.abs(Number(body.limit ?? 0)),
    hint: sort && '$natural' in sort ? { $natural: 1 } : body.hint,
    variables: variablesOf({ body, name, database, ...rest }),
    allowDiskUse: body.allowDiskUse !== false,
    counts: name === 'count',
  };
  const collection = server.store.collections.get(namespaceOf({ body, name, database, ...rest }));
  return collection ? new Searcher(server.store, collection, search) : null;
}

/** The top-level fields that a projection keeps, where it does nothing else; such a one needs no decoding. */
function keptFields(spec: Doc | null): ReadonlySet<string> | null {
  const entries = Object.entries(spec ?? {});
  const kept = entries.filter(([, value]) => value === 1 || value === true).map(([name]) => name);
  const without = spec?._id === 0 || spec?._id === false;
  const isPlainPick = kept.length === entries.length - (without ? 1 : 0) && kept.every((name) => /^[^.$]+$/.test(name));
  if (!isPlainPick || kept.length === 0) return null;
  return new Set(without ? kept : ['_id', ...kept]);
}

function* projected(searcher: Searcher, spec: Doc | null, variables: Doc): Stream<Buffer> {
  const kept = keptFields(spec);
  if (kept) {
    for (const found of searcher.results()) yield found && pickFields(found.raw, kept);
    return;
  }
  const projection = spec && Object.keys(spec).length > 0 ? compileProjection(spec, true, scopeOf(variables)) : null;
  const shape = projection?.paths ? shapeOf(projection.paths) : null;
  for (const found of searcher.results()) {
    if (found === null || !projection) yield found?.raw ?? null;
    else {
      const doc = decodeDocument(found.raw, shape);
      yield encode(projection.apply(doc, { ...variables, ROOT: doc }));
    }
  }
}

/** Fills one batch from a cursor, which stays open unless it is at its end or only one batch is wanted. */
export function* nextBatch(
  server: Server,
  cursor: Cursor,
  size: number,
  field: string,
  single = false,
  empty = false,
): Work {
  const batch = new Batch(field);
  let done = false;
  while (!empty && (size === 0 || batch.count < size)) {
    let raw = cursor.pending;
    cursor.pending = null;
    if (!raw) {
      const step = cursor.stream.next();
      done = step.done === true;
      if (done) break;
      raw = step.value as Buffer | null;
    }
    if (raw === null) yield null;
    else if (batch.count > 0 && batch.size + raw.length > BATCH_BYTES) {
      cursor.pending = raw;
      break;
    } else batch.add(raw);
  }
  const open = !done && !single;
  if (open) server.keep(cursor);
  else if (!cursor.id.isZero()) server.cursors.delete(cursor.id.toString());
  return batch.finish(open ? cursor.id : Long.ZERO, cursor.ns);
}

const cursorOver = (ns: string, stream: Stream<Buffer>, stays = false): Cursor => ({
  id: Long.ZERO,
  ns,
  stream,
  pending: null,
  usedAt: 0,
  stays,
});

/** Documents that are there already, in batches where the command's `cursor` asks for them. */
export function* listAnswer(request: Request, server: Server, ns: string, docs: Buffer[]): Work {
  const cursor = documentOption(request.body, 'cursor') ?? {};
  const size = countOption(cursor, 'batchSize');
  const empty = cursor.batchSize !== undefined && size === 0;
  return yield* nextBatch(server, cursorOver(ns, streamOf(docs)), size, 'firstBatch', false, empty);
}

export function* getMore(request: Request, server: Server): Work {
  const id = String(request.body.getMore);
  const cursor = server.cursors.get(id);
  if (!cursor || cursor.ns !== namespaceOf(request, request.body.collection))
    throw new CommandError(43, `cursor id ${id} not found`);
  return yield* nextBatch(server, cursor, countOption(request.body, 'batchSize'), 'nextBatch');
}

export function* killCursors(request: Request, server: Server): Work {
  const ids = Array.isArray(request.body.cursors) ? request.body.cursors : [];
  const killed = ids.filter((id) => server.cursors.delete(String(id)));
  const unknown = ids.filter((id) => !killed.includes(id));
  return { cursorsKilled: killed, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
}

export function* count(request: Request, server: Server): Work {
  const searcher = searcherOf(request, server, 'query');
  return { n: searcher ? yield* searcher.count() : 0, ok: 1 };
}

export function* distinct(request: Request, server: Server): Work {
  const { key } = request.body;
  if (typeof key !== 'string' || key === '')
    throw new CommandError(14, "BSON field 'distinct.key' is the wrong type, expected type 'string'");
  const values = new Map<string, unknown>();
  let bytes = 0;
  const searcher = searcherOf(request, server, 'query');
  const collection = server.store.collections.get(namespaceOf(request));
  const filter = documentOption(request.body, 'query') ?? {};
  for (const found of searcher && collection ? fieldValues(server.store, collection, searcher, filter, key) : []) {
    if (found === null) yield null;
    for (const value of found ?? []) {
      const name = valueKey(value);
      if (values.has(name)) continue;
      values.set(name, value);
      bytes += weigh(value);
      if (bytes > MAX_DOCUMENT) throw new CommandError(17217, 'distinct too big, 16mb cap');
    }
  }
  return { values: [...values.values()], ok: 1 };
}

export function* aggregate(request: Request, server: Server): Work {
  const options = documentOption(request.body, 'cursor');
  if (!options)
    throw new CommandError(9, "The 'cursor' option is required, except for aggregate with the explain argument");
  const pipeline = pipelineOf(request, server);
  const ns = typeof request.body.aggregate === 'string' ? namespaceOf(request) : `${request.database}.$cmd.aggregate`;
  const cursor = cursorOver(ns, pipeline.run());
  const size = options?.batchSize;
  return yield* nextBatch(
    server,
    cursor,
    size === undefined ? FIRST_BATCH : countOption(options ?? {}, 'batchSize'),
    'firstBatch',
    false,
    size !== undefined && Number(size) === 0,
  );
}

/** The pipeline that an aggregate command describes. */
export function pipelineOf(request: Request, server: Server): Pipeline {
  const { body, database } = request;
  if (!Array.isArray(body.pipeline))
    throw new CommandError(14, "BSON field 'aggregate.pipeline' is the wrong type, expected type 'array'");
  if (body.aggregate === 1)
    throw new CommandError(115, 'aggregations over a whole database are not served by the embedded database');
  const around = { store: server.store, database, variables: variablesOf(request) };
  return new Pipeline(
    around,
    server.store.collections.get(namespaceOf(request)) ?? null,
    body.pipeline as Doc[],
    body.hint,
    body.allowDiskUse !== false,
  );
}
