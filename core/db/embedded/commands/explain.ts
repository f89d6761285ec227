import { CommandError } from '../errors.ts';
import type { Doc } from '../rawBson.ts';
import type { Searcher } from '../scan.ts';
import { type Answer, documentOption, namespaceOf, type Request, type Server, type Work } from '../server.ts';
import { pipelineOf, searcherOf } from './read.ts';

/** explain for find, count, distinct, aggregate, update, delete and findAndModify. */
export function* explain(request: Request, server: Server): Work {
  const inner = documentOption(request.body, 'explain');
  const name = inner && Object.keys(inner)[0];
  if (!inner || !name) throw new CommandError(14, "BSON field 'explain' is the wrong type, expected type 'object'");
  const verbosity = String(request.body.verbosity ?? 'allPlansExecution');
  return yield* explainOf({ ...request, name, body: inner }, server, verbosity);
}

function explained(request: Request, server: Server): Searcher | null {
  const { name, body } = request;
  switch (name) {
    case 'find':
      return searcherOf(request, server);
    case 'count':
    case 'distinct':
      return searcherOf(request, server, 'query');
    case 'findAndModify':
    case 'findandmodify':
      return searcherOf(request, server, 'query');
    case 'aggregate':
      return pipelineOf(request, server).searcher;
    case 'update':
    case 'delete': {
      const [op] = (body[`${name}s`] ?? []) as Doc[];
      return searcherOf({ ...request, body: { [name]: body[name], filter: op?.q ?? {}, hint: op?.hint } }, server);
    }
    default:
      throw new CommandError(59, `Explain failed due to unknown command: ${name}`);
  }
}

/** What was planned, and (unless only the plan is asked for) what running it examined. */
export function* explainOf(request: Request, server: Server, verbosity: string): Work {
  const searcher = explained(request, server);
  const filter = (request.body.filter ?? request.body.query ?? {}) as Doc;
  const queryPlanner = {
    namespace: namespaceOf(request),
    parsedQuery: filter,
    winningPlan: searcher ? planStages(searcher, request) : { stage: 'EOF' },
    rejectedPlans: [],
  };
  const answer: Answer = { explainVersion: '1', queryPlanner, ok: 1 };
  if (verbosity === 'queryPlanner' || !searcher) return answer;
  const start = performance.now();
  let found = 0;
  if (request.name === 'count') found = yield* searcher.count();
  else
    for (const item of searcher.results()) {
      if (item === null) yield null;
      else found++;
    }
  const { keys, docs } = searcher.counters;
  const executionStats = {
    executionSuccess: true,
    nReturned: found,
    executionTimeMillis: Math.round(performance.now() - start),
    totalKeysExamined: keys,
    totalDocsExamined: docs,
  };
  return { ...answer, executionStats };
}

function planStages(searcher: Searcher, request: Request): Doc {
  const { index, reverse, sorted, exact, repeats } = searcher.plan;
  const direction = reverse ? 'backward' : 'forward';
  let stage: Doc = { stage: 'COLLSCAN', direction };
  if (index) {
    const scan = {
      stage: 'IXSCAN',
      keyPattern: index.record.spec.key,
      indexName: index.name,
      isMultiKey: repeats,
      isUnique: index.unique,
      isSparse: index.sparse,
      isPartial: index.partial !== null,
      direction,
    };
    stage =
      request.name === 'count' && exact
        ? { stage: 'COUNT', inputStage: { ...scan, stage: 'COUNT_SCAN' } }
        : { stage: 'FETCH', inputStage: scan };
  }
  return sorted ? stage : { stage: 'SORT', sortPattern: request.body.sort ?? {}, inputStage: stage };
}
