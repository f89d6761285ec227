import { z } from 'zod';
import { REFRESH_JOB, refreshSegments, refreshWorkKey } from '../core/index.ts';
import type { Job } from './job.ts';

/** Every segment of a shop anew: after an import or an undo, and each night. */
export const refreshSegmentsJob: Job<{ shopId: string }> = {
  name: REFRESH_JOB,
  payload: z.object({ shopId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  async run(core, { shopId }) {
    try {
      await refreshSegments(core, shopId);
    } finally {
      // Who waited for an import waited for its segments too.
      core.work.release(refreshWorkKey(shopId));
    }
  },
};
