import { z } from 'zod';
import { REFRESH_JOB, refreshSegments } from '../core/index.ts';
import type { Job } from './job.ts';

/** Every segment of a shop anew: after an import or an undo, and each night. */
export const refreshSegmentsJob: Job<{ shopId: string }> = {
  name: REFRESH_JOB,
  payload: z.object({ shopId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  run: (core, { shopId }) => refreshSegments(core, shopId),
};
