import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, type ErrorParams, KadeError } from '../errors.ts';
import type { Plan } from './plan.ts';
import { type Scan, scanTable } from './scanTable.ts';

/** What previewImport starts this thread with. */
export interface ScanTask {
  readonly path: string;
  readonly plan: Plan;
  readonly now: Date;
}

export type ScanAnswer = { plan: Plan; scan: Scan } | { code: ErrorCode; params: ErrorParams };

const { path, plan, now } = workerData as ScanTask;
try {
  parentPort?.postMessage((await scanTable(path, plan, now)) satisfies ScanAnswer);
} catch (error) {
  if (!(error instanceof KadeError)) throw error;
  parentPort?.postMessage({ code: error.code, params: error.params } satisfies ScanAnswer);
}
