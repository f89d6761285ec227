import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import type { Chart } from '../core/index.ts';
import { renderReport } from './renderReport.ts';

/** What the thread answers to a chart asked for. */
export type Rendered = { png: Uint8Array<ArrayBuffer> } | { problem: string };

// The pixels read from a canvas are 58 MB of native memory a picture, which the collector hardly feels: left to itself, on a
// busy machine, it lets ten of them pile up. Collected between turns; within the turn that made them they would never be freed.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

parentPort?.on('message', async (chart: Chart) => {
  const made = answer(chart);
  await setImmediate();
  collectGarbage();
  await setImmediate();
  parentPort?.postMessage(...made);
});

function answer(chart: Chart): [Rendered, ArrayBuffer[]] {
  try {
    const png = Uint8Array.from(renderReport(chart));
    return [{ png }, [png.buffer]];
  } catch (error) {
    return [{ problem: error instanceof Error ? error.message : String(error) }, []];
  }
}
