import { parentPort } from 'node:worker_threads';
import type { ReportSpec } from './figures.ts';
import { renderReport } from './renderReport.ts';

/** What the thread answers to a spec. */
export type Rendered = { png: Uint8Array<ArrayBuffer> } | { problem: string };

// One job a turn of the event loop: the canvas hands its native memory back between turns.
parentPort?.on('message', (spec: ReportSpec) => {
  try {
    const png = Uint8Array.from(renderReport(spec));
    parentPort?.postMessage({ png } satisfies Rendered, [png.buffer]);
  } catch (error) {
    parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) } satisfies Rendered);
  }
});
