import { z } from 'zod';
import { IMPORT_JOB, runImport } from '../core/index.ts';
import type { Job } from './job.ts';

/** Writes a confirmed import, or takes one back: whichever its row says. One at a time, so that no two touch the same data. */
export const runImportJob: Job<{ importId: string }> = {
  name: IMPORT_JOB,
  payload: z.object({ importId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  run: runImport,
};
