import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import { type Doc, decodeDocument, type Shape } from './rawBson.ts';
import { Searcher, type Stream } from './scan.ts';
import { shapeOf } from './shape.ts';
import type { Stage, Surroundings } from './stage.ts';
import { compileStages, sortOf, stageOf, wholeNumber } from './stages.ts';
import type { Store } from './store.ts';
import { isPlain } from './values.ts';
import { encode } from './writeBson.ts';

/** Where a pipeline runs, and the variables that its expressions may use. */
export interface Place {
  store: Store;
  database: string;
  variables: Doc;
}

function surroundings(place: Place, own: Collection | null): Surroundings {
  const documentsOf = (name: string, pipeline: Doc[], variables: Doc) => {
    const collection = place.store.collections.get(`${place.database}.${name}`) ?? null;
    return new Pipeline({ ...place, variables }, collection, pipeline).documents();
  };
  return { variables: place.variables, collection: own, documentsOf };
}

/** A pipeline over one collection: which search begins it, and the stages behind. */
export class Pipeline {
  readonly searcher: Searcher | null;
  /** Set when all that is asked of the search is how many there are: what answers with that number. */
  readonly counted: ((count: number) => Doc) | null;
  readonly stages: Stage[];
  private readonly shape: Shape | null;

  constructor(around: Place, collection: Collection | null, pipeline: Doc[], hint?: unknown, allowDiskUse = true) {
    if (pipeline.slice(1).some((stage) => stageOf(stage)[0] === '$collStats'))
      throw new CommandError(40602, '$collStats is only valid as the first stage in a pipeline');
    const { search, rest } = splitSearch(pipeline);
    this.counted = countOf(rest[0]);
    this.stages = compileStages(surroundings(around, collection), this.counted ? rest.slice(1) : rest);
    const closing = this.stages.findIndex((stage) => stage.closes);
    const paths = new Set(
      (closing < 0 ? this.stages : this.stages.slice(0, closing + 1)).flatMap((stage) => [...stage.paths]),
    );
    this.shape = closing < 0 || paths.has('') ? null : shapeOf(paths);
    this.searcher =
      collection &&
      new Searcher(around.store, collection, {
        ...search,
        hint,
        variables: around.variables,
        allowDiskUse,
        counts: this.counted !== null,
      });
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
    else if (name === '$sort' && isPlain(operand) && !search.sort) search.sort = sortOf(operand);
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
