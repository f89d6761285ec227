import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import { compileExpression, scopeOf, simplify } from './expression.ts';
import { compileFilter, isPlain } from './filter.ts';
import { bucketAsGroup, compileGroup } from './group.ts';
import { stageByMingo } from './mingo.ts';
import { compileProjection } from './projection.ts';
import { type Doc, decodeDocument, encode, type Shape, setField } from './rawBson.ts';
import { checkSort, Searcher, type Stream, sorter } from './scan.ts';
import { shapeOf } from './shape.ts';
import type { Store } from './store.ts';

/** What stages need of their surroundings. */
export interface Surroundings {
  store: Store;
  database: string;
  variables: Doc;
}

/** A stage made ready. `paths`: the fields it reads of its input; `closes`: later stages only see what it made. */
interface Stage {
  run: (source: Stream<Doc>) => Stream<Doc>;
  paths: Set<string>;
  closes: boolean;
}

const NOT_SERVED = new Set([
  '$merge',
  '$out',
  '$geoNear',
  '$changeStream',
  '$collStats',
  '$indexStats',
  '$planCacheStats',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$graphLookup',
  '$redact',
  '$documents',
]);
const BY_MINGO = new Set(['$bucketAuto', '$setWindowFields', '$fill', '$densify']);

/** A pipeline over one collection: which search begins it, and the stages behind. */
export class Pipeline {
  readonly searcher: Searcher | null;
  /** Set when all that is asked of the search is how many there are: what answers with that number. */
  readonly counted: ((count: number) => Doc) | null;
  readonly stages: Stage[];
  private readonly shape: Shape | null;

  constructor(around: Surroundings, collection: Collection | null, pipeline: Doc[], hint?: unknown) {
    const { search, rest } = splitSearch(pipeline);
    this.counted = countOf(rest[0]);
    this.stages = compileStages(around, this.counted ? rest.slice(1) : rest);
    const closing = this.stages.findIndex((stage) => stage.closes);
    const paths = new Set(
      (closing < 0 ? this.stages : this.stages.slice(0, closing + 1)).flatMap((stage) => [...stage.paths]),
    );
    this.shape = closing < 0 || paths.has('') ? null : shapeOf(paths);
    this.searcher =
      collection && new Searcher(around.store, collection, { ...search, hint, variables: around.variables });
  }

  /** The pipeline's results as raw BSON. */
  *run(): Stream<Buffer> {
    if (this.searcher && this.stages.length === 0 && !this.counted) {
      for (const found of this.searcher.results()) yield found?.raw ?? null;
    } else for (const doc of this.documents()) yield doc && encode(doc);
  }

  /** The pipeline's results as documents. */
  *documents(): Stream<Doc> {
    yield* this.through(this.searcher ? this.decoded(this.searcher) : empty());
  }

  private through(source: Stream<Doc>): Stream<Doc> {
    return this.stages.reduce((stream, stage) => stage.run(stream), source);
  }

  private *decoded(searcher: Searcher): Stream<Doc> {
    if (this.counted) {
      const count = yield* searcher.count();
      if (count > 0) yield this.counted(count);
      return;
    }
    for (const found of searcher.results()) yield found && decodeDocument(found.raw, this.shape);
  }
}

function* empty(): Stream<Doc> {}

/** The leading $match, $sort, $skip and $limit, as far as a search with an index can do them. */
function splitSearch(pipeline: Doc[]): {
  search: { filter: Doc; sort?: Doc; skip?: number; limit?: number };
  rest: Doc[];
} {
  const filters: Doc[] = [];
  const search: { sort?: Doc; skip?: number; limit?: number } = {};
  let at = 0;
  for (; at < pipeline.length; at++) {
    const [name, operand] = stageOf(pipeline[at]);
    if (name === '$match' && !search.sort && isPlain(operand)) filters.push(operand);
    else if (name === '$sort' && isPlain(operand) && !search.sort) search.sort = checkSort(operand);
    else break;
  }
  if (stageOf(pipeline[at])[0] === '$skip') search.skip = wholeNumber('$skip', stageOf(pipeline[at++])[1]);
  if (stageOf(pipeline[at])[0] === '$limit') search.limit = wholeNumber('$limit', stageOf(pipeline[at++])[1]);
  const [only = {}] = filters;
  return { search: { filter: filters.length > 1 ? { $and: filters } : only, ...search }, rest: pipeline.slice(at) };
}

/** A $group or $count that only counts, as the driver's countDocuments sends it, by the name of its field. */
function countOf(stage: Doc | undefined): ((count: number) => Doc) | null {
  const [name, operand] = stageOf(stage);
  if (name === '$count' && typeof operand === 'string' && /^[^$.]+$/.test(operand))
    return (count) => ({ [operand]: count });
  if (name !== '$group' || !isPlain(operand) || Object.keys(operand).length !== 2) return null;
  const { _id, ...fields } = operand;
  const [field, sum] = Object.entries(fields)[0] as [string, unknown];
  const one = isPlain(sum) && Object.keys(sum).length === 1 && (sum.$sum === 1 || isPlain(sum.$count));
  return one && (_id === null || typeof _id === 'number') ? (count) => ({ _id, [field]: count }) : null;
}

function stageOf(stage: Doc | undefined): [string, unknown] {
  if (!stage) return ['', undefined];
  const names = isPlain(stage) ? Object.keys(stage) : [];
  if (names.length !== 1)
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  return [names[0] as string, stage[names[0] as string]];
}

function wholeNumber(name: string, operand: unknown): number {
  const value = Number(operand);
  const bad = typeof operand === 'string' || !Number.isInteger(value) || value < (name === '$limit' ? 1 : 0);
  if (bad)
    throw new CommandError(
      name === '$limit' ? 15958 : 5107200,
      `invalid argument to ${name} stage: ${String(operand)}`,
    );
  return value;
}

function compileStages(around: Surroundings, pipeline: Doc[]): Stage[] {
  return pipeline.map((stage) => {
    const [name, operand] = stageOf(stage);
    const compile = STAGES[name];
    if (compile) return compile(operand, around);
    if (BY_MINGO.has(name)) return byMingo(stage);
    if (NOT_SERVED.has(name)) throw new CommandError(115, `the stage ${name} is not served by the embedded database`);
    throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
}

/** A stage that looks at one document at a time: undefined drops it. */
function each(paths: Set<string>, closes: boolean, change: (doc: Doc) => Doc | undefined): Stage {
  return {
    paths,
    closes,
    *run(source) {
      for (const doc of source) {
        const result = doc && change(doc);
        if (result !== undefined) yield result;
      }
    },
  };
}

/** A stage over all documents at once. */
function all(paths: Set<string>, closes: boolean, change: (docs: Doc[]) => Iterable<Doc | null>): Stage {
  return {
    paths,
    closes,
    *run(source) {
      const docs: Doc[] = [];
      for (const doc of source) {
        if (doc === null) yield null;
        else docs.push(doc);
      }
      yield* change(docs);
    },
  };
}

function byMingo(stage: Doc): Stage {
  const name = Object.keys(stage)[0] as string;
  return all(new Set(['']), false, (docs) =>
    stageByMingo(
      stage,
      docs.map((doc) => simplify(doc, name) as Doc),
    ),
  );
}

type CompileStage = (operand: unknown, around: Surroundings) => Stage;

function document(operand: unknown, name: string): Doc {
  if (!isPlain(operand)) throw new CommandError(15959, `the ${name} stage specification must be an object`);
  return operand;
}

function addFields(operand: unknown, { variables }: Surroundings): Stage {
  const paths = new Set<string>();
  const fields = Object.entries(document(operand, '$addFields')).map(
    ([path, value]) => [path.split('.'), compileExpression(value, paths, scopeOf(variables))] as const,
  );
  return each(paths, false, (doc) => {
    const values = fields.map(([, compute]) => compute(doc, { ...variables, ROOT: doc }));
    let result = doc;
    for (const [i, [path]] of fields.entries()) result = withValue(result, path, 0, values[i]) as Doc;
    return result;
  });
}

function withValue(target: unknown, path: readonly string[], at: number, value: unknown): unknown {
  if (at === path.length) return value;
  if (Array.isArray(target)) return target.map((item) => withValue(item, path, at, value));
  const copy: Doc = isPlain(target) ? { ...target } : {};
  const inner = withValue(copy[path[at] as string], path, at + 1, value);
  if (inner === undefined) delete copy[path[at] as string];
  else setField(copy, path[at] as string, inner);
  return copy;
}

function unwind(operand: unknown): Stage {
  const spec = typeof operand === 'string' ? { path: operand } : document(operand, '$unwind');
  const { path: text, includeArrayIndex: index, preserveNullAndEmptyArrays: keepEmpty } = spec as Doc;
  if (typeof text !== 'string' || !text.startsWith('$'))
    throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${String(text)}`);
  const path = text.slice(1).split('.');
  const [top] = path;
  const read = compileExpression(text, new Set());
  const place = (doc: Doc, value: unknown, i: number | null) => {
    const result = path.length === 1 ? { ...doc, [top as string]: value } : (withValue(doc, path, 0, value) as Doc);
    return typeof index === 'string' ? (withValue(result, index.split('.'), 0, i) as Doc) : result;
  };
  return {
    paths: new Set([path.join('.')]),
    closes: false,
    *run(source) {
      for (const doc of source) {
        if (doc === null) {
          yield null;
          continue;
        }
        const value = read(doc, {});
        if (Array.isArray(value) && value.length > 0)
          for (let i = 0; i < value.length; i++) yield place(doc, value[i], i);
        else if (value !== null && value !== undefined && !Array.isArray(value)) yield place(doc, value, null);
        else if (keepEmpty)
          yield typeof index === 'string' || Array.isArray(value)
            ? place(doc, Array.isArray(value) ? undefined : value, null)
            : doc;
      }
    },
  };
}

function replaceRoot(operand: unknown, { variables }: Surroundings): Stage {
  const paths = new Set<string>();
  const compute = compileExpression(operand, paths, scopeOf(variables));
  return each(paths, true, (doc) => {
    const value = compute(doc, { ...variables, ROOT: doc });
    if (!isPlain(value))
      throw new CommandError(
        40228,
        `'newRoot' expression must evaluate to an object, but resulting value was: ${String(value)}`,
      );
    return value;
  });
}

function lookup(operand: unknown, around: Surroundings): Stage {
  const { from, localField, foreignField, let: vars = {}, pipeline = [], as } = document(operand, '$lookup');
  if (typeof from !== 'string' || typeof as !== 'string')
    throw new CommandError(9, "$lookup needs the strings 'from' and 'as'");
  const collection = around.store.collections.get(`${around.database}.${from}`) ?? null;
  const paths = new Set<string>(typeof localField === 'string' ? [localField] : []);
  const bindings = Object.entries(vars as Doc).map(
    ([name, value]) => [name, compileExpression(value, paths, scopeOf(around.variables))] as const,
  );
  const read = typeof localField === 'string' ? compileExpression(`$${localField}`, paths) : null;
  const target = as.split('.');
  return {
    paths,
    closes: false,
    *run(source) {
      for (const doc of source) {
        if (doc === null) {
          yield null;
          continue;
        }
        const local = read?.(doc, {});
        const match = read
          ? [{ $match: { [String(foreignField)]: Array.isArray(local) ? { $in: local } : { $eq: local ?? null } } }]
          : [];
        const variables = {
          ...around.variables,
          ...Object.fromEntries(
            bindings.map(([name, compute]) => [name, compute(doc, { ...around.variables, ROOT: doc }) ?? null]),
          ),
        };
        const found: Doc[] = [];
        for (const item of new Pipeline({ ...around, variables }, collection, [
          ...match,
          ...(pipeline as Doc[]),
        ]).documents()) {
          if (item === null) yield null;
          else found.push(item);
        }
        yield withValue(doc, target, 0, found) as Doc;
      }
    },
  };
}

function facet(operand: unknown, around: Surroundings): Stage {
  const parts = Object.entries(document(operand, '$facet')).map(
    ([name, pipeline]) => [name, compileStages(around, pipeline as Doc[])] as const,
  );
  return all(new Set(['']), true, function* (docs) {
    const result: Doc = {};
    for (const [name, stages] of parts) {
      const list: Doc[] = [];
      for (const doc of stages.reduce((stream, stage) => stage.run(stream), streamOf(docs))) {
        if (doc === null) yield null;
        else list.push(doc);
      }
      result[name] = list;
    }
    yield result;
  });
}

function* streamOf(docs: Doc[]): Stream<Doc> {
  for (let i = 0; i < docs.length; i++) {
    if (i % 64 === 63) yield null;
    yield docs[i] as Doc;
  }
}

function* limited(source: Stream<Doc>, skip: number, limit: number): Stream<Doc> {
  let passed = 0;
  for (const doc of source) {
    if (doc === null) yield null;
    else if (passed++ >= skip) {
      yield doc;
      if (passed === skip + limit) return;
    }
  }
}

function sortStage(operand: unknown): Stage {
  const sort = checkSort(document(operand, '$sort'));
  const { key, compare } = sorter(sort);
  return all(new Set(Object.keys(sort)), false, (docs) => {
    const keyed = docs.map((doc) => ({ doc, key: key(doc) }));
    return streamOf(keyed.sort((a, b) => compare(a.key, b.key)).map(({ doc }) => doc));
  });
}

function groupStage(operand: unknown, { variables }: Surroundings): Stage {
  const paths = new Set<string>();
  const group = compileGroup(operand, paths, scopeOf(variables));
  return { paths, closes: true, run: (source) => group(source, variables) };
}

function chain(...stages: Stage[]): Stage {
  const closing = stages.findIndex((stage) => stage.closes);
  const read = closing < 0 ? stages : stages.slice(0, closing + 1);
  return {
    paths: new Set(read.flatMap((stage) => [...stage.paths])),
    closes: closing >= 0,
    run: (source) => stages.reduce((stream, stage) => stage.run(stream), source),
  };
}

function unset(operand: unknown): Stage {
  const { apply } = compileProjection(Object.fromEntries([operand].flat().map((path) => [String(path), 0])));
  return each(new Set(), false, (doc) => apply(doc, {}));
}

function unionWith(operand: unknown, around: Surroundings): Stage {
  const { coll, pipeline = [] } = typeof operand === 'string' ? { coll: operand } : document(operand, '$unionWith');
  const collection = around.store.collections.get(`${around.database}.${String(coll)}`) ?? null;
  const other = new Pipeline(around, collection, pipeline as Doc[]);
  return {
    paths: new Set(['']),
    closes: false,
    *run(source) {
      yield* source;
      yield* other.documents();
    },
  };
}

const STAGES: Record<string, CompileStage> = {
  $match: (operand, { variables }) => {
    const { matches, paths } = compileFilter(document(operand, '$match'), variables);
    return each(paths, false, (doc) => (matches(doc) ? doc : undefined));
  },
  $project: (operand, { variables }) => {
    if (Object.keys(document(operand, '$project')).length === 0)
      throw new CommandError(
        51272,
        'Invalid $project :: caused by :: projection specification must have at least one field',
      );
    const { apply, paths } = compileProjection(operand as Doc, false, scopeOf(variables));
    return each(paths ?? new Set(), paths !== null, (doc) => apply(doc, { ...variables, ROOT: doc }));
  },
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $group: groupStage,
  $unwind: unwind,
  $sort: sortStage,
  $lookup: lookup,
  $facet: facet,
  $unionWith: unionWith,
  $replaceRoot: (operand, around) => replaceRoot(document(operand, '$replaceRoot').newRoot, around),
  $replaceWith: replaceRoot,
  $skip: (operand) => ({
    paths: new Set(),
    closes: false,
    run: (source) => limited(source, wholeNumber('$skip', operand), Number.POSITIVE_INFINITY),
  }),
  $limit: (operand) => ({
    paths: new Set(),
    closes: false,
    run: (source) => limited(source, 0, wholeNumber('$limit', operand)),
  }),
  $count: (operand, around) => {
    if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.'))
      throw new CommandError(40156, 'the count field must be a non-empty string');
    return chain(groupStage({ _id: null, [operand]: { $sum: 1 } }, around), unset('_id'));
  },
  $sortByCount: (operand, around) =>
    chain(groupStage({ _id: operand, count: { $sum: 1 } }, around), sortStage({ count: -1 })),
  $bucket: (operand, around) =>
    chain(groupStage(bucketAsGroup(document(operand, '$bucket')), around), sortStage({ _id: 1 })),
  $sample: (operand) =>
    all(new Set(), false, (docs) => {
      const size = Number(document(operand, '$sample').size);
      return docs
        .map((doc) => [Math.random(), doc] as const)
        .sort(([a], [b]) => a - b)
        .slice(0, size)
        .map(([, doc]) => doc);
    }),
};

const UPDATE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** An update given as a pipeline, as a function from the old document to the new. Throws 72 for other stages. */
export function compileUpdateStages(pipeline: Doc[], variables: Doc): (doc: Doc) => Doc {
  for (const stage of pipeline) {
    const [name] = stageOf(stage);
    if (!UPDATE_STAGES.has(name)) throw new CommandError(72, `${name} is not allowed to be used within an update`);
  }
  return (doc) => {
    // The stages are compiled for every document: they may end in a state of their own.
    const stages = pipeline.map((stage) =>
      (STAGES[stageOf(stage)[0]] as CompileStage)(stageOf(stage)[1], { variables } as Surroundings),
    );
    for (const result of stages.reduce((stream, stage) => stage.run(stream), streamOf([doc])))
      if (result) return result;
    return doc;
  };
}
