import type { Collection } from '../collection.ts';
import { CommandError } from '../errors.ts';
import { compileFilter } from '../filter.ts';
import type { Index } from '../indexKeys.ts';
import { encodeValue } from '../keyEncoding.ts';
import type { Doc } from '../rawBson.ts';
import {
  type Answer,
  checkCollation,
  documentOption,
  namespaceOf,
  type Request,
  type Server,
  type Work,
} from '../server.ts';
import { takeSnapshot } from '../snapshots.ts';
import { scaleOf, storageStats } from '../stats.ts';
import { isPlain } from '../values.ts';
import { encode } from '../writeBson.ts';
import { listAnswer } from './read.ts';

function existing(request: Request, server: Server): Collection {
  const ns = namespaceOf(request);
  const collection = server.store.collections.get(ns);
  if (!collection) throw new CommandError(26, `ns does not exist: ${ns}`);
  return collection;
}

// biome-ignore lint/correctness/useYield: done in one slice
export function* create(request: Request, server: Server): Work {
  const ns = namespaceOf(request);
  if (server.store.collections.has(ns)) throw new CommandError(48, `Collection ${ns} already exists.`);
  server.store.ensure(ns);
  return { ok: 1 };
}

export function* drop(request: Request, server: Server): Work {
  const ns = namespaceOf(request);
  const collection = existing(request, server);
  const nIndexesWas = collection.indexes.length;
  yield* server.store.drop(ns);
  return { nIndexesWas, ns, ok: 1 };
}

export function* dropDatabase(request: Request, server: Server): Work {
  for (const ns of [...server.store.collections.keys()]) {
    if (ns.startsWith(`${request.database}.`)) yield* server.store.drop(ns);
  }
  return { dropped: request.database, ok: 1 };
}

const SERVED = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'hidden',
]);

const KINDS = new Set(['text', '2d', '2dsphere', 'hashed', 'columnstore']);

const REFUSED = new Set([
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'storageEngine',
  'wildcardProjection',
  'clustered',
  'prepareUnique',
]);

function checkSpec(spec: unknown): Doc {
  if (!isPlain(spec)) throw new CommandError(14, 'The elements of the indexes array must be objects');
  for (const option of Object.keys(spec)) {
    if (option === 'collation') checkCollation(spec.collation);
    else if (!SERVED.has(option) && !REFUSED.has(option))
      throw new CommandError(197, `The field '${option}' is not valid for an index specification.`);
    else if (REFUSED.has(option))
      throw new CommandError(115, `the index option '${option}' is not served by the embedded database`);
  }
  if (spec.hidden === true) throw new CommandError(115, 'hidden indexes are not served by the embedded database');
  const key = spec.key;
  if (!isPlain(key) || Object.keys(key).length === 0) throw new CommandError(67, 'Index keys cannot be empty.');
  for (const [field, way] of Object.entries(key)) {
    if (typeof way === 'string' && !KINDS.has(way)) throw new CommandError(67, `Unknown index plugin '${way}'`);
    if (typeof way === 'string')
      throw new CommandError(115, `'${way}' indexes are not served by the embedded database`);
    if (!Number(way)) throw new CommandError(67, 'Values in v:2 index key pattern cannot be of type or value 0');
    if (field.split('.').includes('$**'))
      throw new CommandError(115, 'wildcard indexes are not served by the embedded database');
    if (field === '' || field.split('.').some((part) => part === '' || part.startsWith('$')))
      throw new CommandError(67, `Index key contains an illegal field name: '${field}'`);
  }
  if (typeof spec.name !== 'string' || spec.name === '')
    throw new CommandError(9, "The 'name' field is a required property of an index specification");
  const partial = documentOption(spec, 'partialFilterExpression');
  if (partial) compileFilter(partial);
  if (spec.sparse === true && partial)
    throw new CommandError(67, "cannot mix 'partialFilterExpression' and 'sparse' options");
  if (spec.expireAfterSeconds !== undefined && (Object.keys(key).length > 1 || Number(spec.expireAfterSeconds) < 0))
    throw new CommandError(67, 'TTL indexes are single-field indexes with a not negative time');
  const { v: _v, ns: _ns, background: _background, hidden: _hidden, collation: _collation, ...rest } = spec;
  return { v: 2, ...rest };
}

const same = (a: unknown, b: unknown) => encodeValue(a ?? null).equals(encodeValue(b ?? null));

/** True when the index is there already. Throws 85 or 86 when one like it, but different, is. */
function alreadyThere(collection: Collection, spec: Doc): boolean {
  for (const { record, name } of collection.indexes) {
    const sameKey =
      same(record.spec.key, spec.key) &&
      Object.keys(record.spec.key as Doc).join() === Object.keys(spec.key as Doc).join();
    const alike = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'].every((option) =>
      same(record.spec[option] || null, spec[option] || null),
    );
    if (name === spec.name) {
      if (name === '_id_' || (sameKey && alike)) return true;
      throw new CommandError(
        86,
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(record.spec)}`,
      );
    }
    if (sameKey && name === '_id_') return true;
    if (sameKey && same(record.spec.partialFilterExpression, spec.partialFilterExpression)) {
      throw new CommandError(
        85,
        alike
          ? `Index already exists with a different name: ${name}`
          : `Index with the same key but other options already exists: ${name}`,
      );
    }
  }
  return false;
}

export function* createIndexes(request: Request, server: Server): Work {
  const { indexes } = request.body;
  if (!Array.isArray(indexes) || indexes.length === 0)
    throw new CommandError(2, 'Must specify at least one index to create');
  const ns = namespaceOf(request);
  const specs = indexes.map(checkSpec);
  const createdCollectionAutomatically = !server.store.collections.has(ns);
  const before = server.store.ensure(ns).indexes.length;
  for (const spec of specs) {
    const collection = server.store.ensure(ns);
    if (!alreadyThere(collection, spec)) yield* buildIndex(server, collection, spec);
  }
  const numIndexesAfter = server.store.ensure(ns).indexes.length;
  const note = numIndexesAfter === before ? { note: 'all indexes already exist' } : {};
  return { numIndexesBefore: before, numIndexesAfter, createdCollectionAutomatically, ...note, ok: 1 };
}

function* buildIndex(server: Server, collection: Collection, spec: Doc): Generator<null, void> {
  const index = collection.addIndex(spec);
  try {
    yield* collection.build(index);
  } catch (error) {
    collection.removeIndex(index);
    yield* server.store.clear(index.tree);
    throw error;
  }
  if (server.store.collections.get(collection.record.ns) !== collection)
    throw new CommandError(276, 'the making of the index was interrupted');
  index.record.ready = true;
  collection.changed = true;
}

export function* dropIndexes(request: Request, server: Server): Work {
  const collection = existing(request, server);
  const nIndexesWas = collection.indexes.length;
  for (const index of indexesToDrop(collection, request.body.index)) {
    collection.removeIndex(index);
    yield* server.store.clear(index.tree);
  }
  return { nIndexesWas, ok: 1 };
}

function indexesToDrop(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.filter(({ name }) => name !== '_id_');
  return [wanted].flat().map((one) => {
    const found = collection.indexes.find(({ name, record }) =>
      isPlain(one) ? same(record.spec.key, one) : name === one,
    );
    if (!found)
      throw new CommandError(27, `index not found with name [${isPlain(one) ? JSON.stringify(one) : String(one)}]`);
    if (found.name === '_id_') throw new CommandError(72, 'cannot drop _id index');
    return found;
  });
}

export function* listIndexes(request: Request, server: Server): Work {
  const collection = existing(request, server);
  const specs = collection.indexes.filter(({ record }) => record.ready).map(({ record }) => encode(record.spec));
  return yield* listAnswer(request, server, collection.record.ns, specs);
}

export function* listCollections(request: Request, server: Server): Work {
  const { matches } = compileFilter(documentOption(request.body, 'filter') ?? {});
  const docs = [...server.store.collections.values()]
    .filter(({ record }) => record.ns.startsWith(`${request.database}.`))
    .map(({ record }): Doc => {
      const name = record.ns.slice(request.database.length + 1);
      if (request.body.nameOnly === true) return { name, type: 'collection' };
      return {
        name,
        type: 'collection',
        options: {},
        info: { readOnly: false },
        idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
      };
    })
    .filter(matches);
  return yield* listAnswer(request, server, `${request.database}.$cmd.listCollections`, docs.map(encode));
}

export function listDatabases(request: Request, server: Server): Answer {
  const sizes = new Map<string, number>();
  for (const { record } of server.store.collections.values()) {
    const name = record.ns.slice(0, record.ns.indexOf('.'));
    sizes.set(name, (sizes.get(name) ?? 0) + record.size);
  }
  const { matches } = compileFilter(documentOption(request.body, 'filter') ?? {});
  const all = [...sizes].map(
    ([name, size]): Doc => (request.body.nameOnly === true ? { name } : { name, sizeOnDisk: size, empty: false }),
  );
  const totalSize = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { databases: all.filter(matches), ...(request.body.nameOnly === true ? {} : { totalSize }), ok: 1 };
}

export function collStats(request: Request, server: Server): Answer {
  const ns = namespaceOf(request);
  return { ns, ...storageStats(server.store.collections.get(ns) ?? null, scaleOf(request.body)), ok: 1 };
}

export function dbStats(request: Request, server: Server): Answer {
  const records = [...server.store.collections.values()].filter(({ record }) =>
    record.ns.startsWith(`${request.database}.`),
  );
  const scale = scaleOf(request.body);
  const sum = (pick: (collection: Collection) => number) =>
    records.reduce((total, collection) => total + pick(collection), 0);
  const [objects, dataSize] = [sum(({ record }) => record.count), sum(({ record }) => record.size)];
  return {
    db: request.database,
    collections: records.length,
    views: 0,
    objects,
    avgObjSize: objects ? dataSize / objects : 0,
    dataSize: Math.floor(dataSize / scale),
    storageSize: Math.floor(server.store.sizeOnDisk / scale),
    indexes: sum(({ indexes }) => indexes.length),
    indexSize: 0,
    ok: 1,
  };
}

/** Not MongoDB's: a consistent copy of the data file, in a folder below the data's own that the caller removes. */
export async function kadeSnapshot(_request: Request, server: Server): Promise<Answer> {
  return { snapshot: await takeSnapshot(server.store), ok: 1 };
}
