import { checkArguments } from './arguments.ts';
import { CommandError } from './errors.ts';
import { compileExpression, scopeOf } from './expression.ts';
import { compileFilter } from './filter.ts';
import { bucketAsGroup, compileGroup } from './group.ts';
import { lookup, unionWith, unwind } from './joins.ts';
import { memoryOf, weigh } from './memory.ts';
import { compileProjection } from './projection.ts';
import type { Doc } from './rawBson.ts';
import { checkSort, type Stream } from './scan.ts';
import { sortStream } from './sort.ts';
import { sorter } from './sorter.ts';
import { type CompileStage, document, each, type Stage, type Surroundings, streamOf, withValue } from './stage.ts';
import { collStats } from './stats.ts';
import { isNumber, isPlain } from './values.ts';

const NOT_SERVED = new Set(
  (
    '$bucketAuto $changeStream $currentOp $densify $documents $fill $geoNear $graphLookup $indexStats ' +
    '$listLocalSessions $listSessions $merge $out $planCacheStats $redact $sample $search $searchMeta $setWindowFields $vectorSearch'
  ).split(' '),
);

const NOT_IN_FACET = new Set(['$facet', '$collStats']);

/** A stage's name and operand. Throws 40323 unless it has exactly one field. */
export function stageOf(stage: Doc | undefined): [string, unknown] {
  if (!stage) return ['', undefined];
  const names = isPlain(stage) ? Object.keys(stage) : [];
  if (names.length !== 1)
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  return [names[0] as string, stage[names[0] as string]];
}

/** The operand of $skip or $limit. */
export function wholeNumber(name: string, operand: unknown): number {
  const value = Number(operand);
  if (!isNumber(operand) || !Number.isInteger(value) || value < 0)
    throw new CommandError(
      name === '$limit' ? 5107201 : 5107200,
      `invalid argument to ${name} stage: ${String(operand)}`,
    );
  if (name === '$limit' && value === 0) throw new CommandError(15958, 'the limit must be positive');
  return value;
}

/** Stages that take a string for this argument alone. */
const SHORT: Readonly<Record<string, string>> = { $unwind: 'path', $unionWith: 'coll' };

/** Compiles stages. Throws 40324 for those that do not exist, 115 for those of MongoDB that are not served. */
export function compileStages(around: Surroundings, pipeline: Doc[]): Stage[] {
  return pipeline.map((stage, i) => {
    const [name, given] = stageOf(stage);
    const compile = STAGES[name];
    const short = typeof given === 'string' ? SHORT[name] : undefined;
    const operand = short ? { [short]: given } : given;
    checkArguments(name, operand);
    if (name === '$sort') return sortStage(operand, limitAt(pipeline, i + 1));
    if (compile) return compile(operand, around);
    if (NOT_SERVED.has(name)) throw new CommandError(115, `the stage ${name} is not served by the embedded database`);
    throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
}

/** Fields and their values; those of a document inside are set by themselves, beside what is there. */
function fieldsOf(spec: Doc, parents: string[] = []): [string[], unknown][] {
  return Object.entries(spec).flatMap(([name, value]) => {
    const path = [...parents, ...name.split('.')];
    const isInner = isPlain(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$');
    return isInner ? fieldsOf(value, path) : [[path, value] as [string[], unknown]];
  });
}

function addFields(operand: unknown, { variables }: Surroundings): Stage {
  const paths = new Set<string>();
  const fields = fieldsOf(document(operand, '$addFields', 40272)).map(
    ([path, value]) => [path, compileExpression(value, paths, scopeOf(variables))] as const,
  );
  return each(paths, false, (doc) => {
    const values = fields.map(([, compute]) => compute(doc, { ...variables, ROOT: doc }));
    let result = doc;
    for (const [i, [path]] of fields.entries()) result = withValue(result, path, 0, values[i]) as Doc;
    return result;
  });
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

function facet(operand: unknown, around: Surroundings): Stage {
  const parts = Object.entries(document(operand, '$facet', 40169)).map(([name, pipeline]) => {
    if (!Array.isArray(pipeline)) throw new CommandError(40170, `arguments to $facet must be arrays, ${name} is not`);
    const [inner] = pipeline.map((stage: Doc) => stageOf(stage)[0]).filter((stage) => NOT_IN_FACET.has(stage));
    if (inner) throw new CommandError(40600, `${inner} is not allowed to be used within a $facet stage`);
    return [name, compileStages(around, pipeline as Doc[])] as const;
  });
  return {
    paths: new Set(['']),
    closes: true,
    *run(source) {
      const docs = yield* collected(source);
      const result: Doc = {};
      for (const [name, stages] of parts)
        result[name] = yield* collected(stages.reduce((stream, stage) => stage.run(stream), streamOf(docs)));
      yield result;
    },
  };
}

/** All documents of a stream. Throws 292 above 100 MB of them. */
function* collected(source: Stream<Doc>): Generator<null, Doc[]> {
  const charge = memoryOf('$facet');
  const docs: Doc[] = [];
  for (const doc of source) {
    if (doc === null) yield null;
    else {
      docs.push(doc);
      charge(weigh(doc));
    }
  }
  return docs;
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

/** The operand of $sort, checked. */
export function sortOf(operand: unknown): Doc {
  const sort = checkSort(document(operand, '$sort', 15973));
  if (Object.keys(sort).length === 0) throw new CommandError(15976, '$sort stage must have at least one sort key');
  return sort;
}

/** $sort; of its documents only the first `most` are wanted (0: all). */
function sortStage(operand: unknown, most = 0): Stage {
  const sort = sortOf(operand);
  const { key, compare } = sorter(sort);
  return {
    paths: new Set(Object.keys(sort)),
    closes: false,
    run: (source) => sortStream(source, { key, compare, keep: weigh }, most),
  };
}

/** How many documents a $limit, or a $skip and a $limit, at this place let through; 0 without one. */
function limitAt(pipeline: Doc[], at: number): number {
  const [name, operand] = stageOf(pipeline[at]);
  if (name === '$limit') return wholeNumber(name, operand);
  const [next, most] = name === '$skip' ? stageOf(pipeline[at + 1]) : [];
  return next === '$limit' ? wholeNumber('$skip', operand) + wholeNumber('$limit', most) : 0;
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
  const paths = [operand].flat();
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string'))
    throw new CommandError(31002, '$unset specification must be a string or an array of strings');
  const { apply } = compileProjection(Object.fromEntries(paths.map((path) => [path, 0])));
  return each(new Set(), false, (doc) => apply(doc, {}));
}

const STAGES: Record<string, CompileStage> = {
  $match: (operand, { variables }) => {
    const { matches, paths } = compileFilter(document(operand, '$match', 15959), variables);
    return each(paths, false, (doc) => (matches(doc) ? doc : undefined));
  },
  $project: (operand, { variables }) => {
    if (Object.keys(document(operand, '$project', 15969)).length === 0)
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
  $sort: (operand) => sortStage(operand),
  $lookup: lookup,
  $facet: facet,
  $unionWith: unionWith,
  $replaceRoot: (operand, around) => replaceRoot((operand as Doc).newRoot, around),
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
  $bucket: (operand, around) => chain(groupStage(bucketAsGroup(operand as Doc), around), sortStage({ _id: 1 })),
  $collStats: collStats,
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
