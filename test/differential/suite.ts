import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { compareBatch, type Difference } from './compare.ts';
import { type Engines, openEngines } from './engines.ts';
import { expressions } from './expressions.ts';
import { filters } from './filters.ts';
import { finds } from './finds.ts';
import { stages } from './stages.ts';
import { updates } from './updates.ts';
import type { Batch, Kind } from './values.ts';
import { writes } from './writes.ts';

const { EJSON } = mongoose.mongo.BSON;
const { uri, cases, seed } = inject('differential');
const KINDS: Kind[] = [filters, finds, updates, writes, expressions, stages];
const ROUND = 10; // batches between two looks at how many cases there were

describe.skipIf(uri === '')(`the embedded database against the engine at MONGODB_URI, seed ${seed}`, () => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines(uri);
  });
  afterAll(() => engines?.close());

  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', async (name, { batches }) => {
    let done = 0;
    for (let round = 0; done < cases / KINDS.length; round++) {
      const failure = await runRound(engines, batches, seed + round, (calls) => {
        done += calls;
      });
      if (failure) expect.fail(`${name}, seed ${seed + round}, after ${done} cases:\n${failure}`);
    }
    process.stdout.write(`${name}: ${done} cases without an unexplained difference, seed ${seed}\n`);
  });
});

/** Some batches; the shrunk failure as text, or null. */
async function runRound(engines: Engines, batches: fc.Arbitrary<Batch>, seed: number, count: (calls: number) => void) {
  const property = fc.asyncProperty(batches, async (batch) => {
    count(batch.calls.length);
    return (await compareBatch(engines.pair(), batch)).length === 0;
  });
  const result = await fc.check(property, { seed, numRuns: ROUND, interruptAfterTimeLimit: 120_000 });
  if (!result.failed || !result.counterexample) return null;
  const [batch] = result.counterexample;
  const [difference] = await compareBatch(engines.pair(), batch);
  return describeFailure(batch, difference);
}

function describeFailure({ docs, calls, indexes = [] }: Batch, difference: Difference | undefined): string {
  const lines = docs.map((doc) => EJSON.stringify(doc, { relaxed: false }));
  const { call = calls[0], embedded, real } = difference ?? {};
  return [
    ...indexes.map((index) => `index: ${EJSON.stringify(index)}`),
    'documents:',
    ...lines,
    `call: ${call?.method}(${EJSON.stringify(call?.args, { relaxed: false })})`,
    `embedded: ${embedded}`,
    `engine:   ${real}`,
  ].join('\n');
}
