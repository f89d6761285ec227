import { CommandError } from '../errors.ts';
import type { Plan } from '../planner.ts';
import type { Doc } from '../rawBson.ts';
import type { Counters, Searcher } from '../scan.ts';
import { type Answer, documentOption, namespaceOf, type Request, type Server, type Work } from '../server.ts';
import { checkOptions } from './options.ts';
import { pipelineOf, searcherOf } from './read.ts';

/** explain for find, count, distinct, aggregate, update, delete and findAndModify. */
export function* explain(request: Request, server: Server): Work {
  const inner = documentOption(request.body, 'explain');
  const name = inner && Object.keys(inner)[0];
  if (!inner || !name) throw new CommandError(14, "BSON field 'explain' is the wrong type, expected type 'object'");
  const verbosity = String(request.body.verbosity ?? 'allPlansExecution');
  checkOptions(name, inner);
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
    winningPlan: searcher ? stagesOf(searcher, request, null) : { stage: 'EOF' },
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
  const sum = (name: 'keys' | 'docs') => searcher.counters.reduce((total, counters) => total + counters[name], 0);
  const executionStats = {
    executionSuccess: true,
    nReturned: found,
    executionTimeMillis: Math.round(performance.now() - start),
    totalKeysExamined: sum('keys'),
    totalDocsExamined: sum('docs'),
    executionStages: stagesOf(searcher, request, found),
  };
  return { ...answer, executionStats };
}

/** The plan's stages; with what each examined once it ran and gave `found` documents (null: it did not). */
function stagesOf(searcher: Searcher, request: Request, found: number | null): Doc {
  const { branches, sorted } = searcher.plan;
  const ran = found === null ? {} : { nReturned: found };
  const inputs = (branches ?? [searcher.plan]).map((branch, i) => {
    const counters = found === null ? null : (searcher.counters[i] ?? null);
    return accessOf(branch, counters, request.name === 'count' && branch.exact);
  });
  const stage: Doc = branches ? { stage: 'OR', ...ran, inputStages: inputs } : { ...inputs[0], ...ran };
  return sorted ? stage : { stage: 'SORT', ...ran, sortPattern: request.body.sort ?? {}, inputStage: stage };
}

/** How one plan reaches its documents: through an index, or all of them. */
function accessOf({ index, reverse, repeats }: Plan, counters: Counters | null, counts: boolean): Doc {
  const direction = reverse ? 'backward' : 'forward';
  const docs = counters ? { docsExamined: counters.docs } : {};
  if (!index) return { stage: 'COLLSCAN', direction, ...docs };
  const scan = {
    stage: counts ? 'COUNT_SCAN' : 'IXSCAN',
    keyPattern: index.record.spec.key,
    indexName: index.name,
    isMultiKey: repeats,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== null,
    direction,
    ...(counters ? { keysExamined: counters.keys } : {}),
  };
  return counts ? { stage: 'COUNT', inputStage: scan } : { stage: 'FETCH', ...docs, inputStage: scan };
}
