import { z } from 'zod';
import { REFRESH_JOB, refreshSegments, refreshWorkKey } from '../core/index.ts';
import type { Job } from './job.ts';

const AGAIN_MS = 60_000;

/** Every segment of a shop anew: after an import or an undo, and each night. Broken off by a stop, it is due again at the next start. */
export const refreshSegmentsJob: Job<{ shopId: string }> = {
  name: REFRESH_JOB,
  payload: z.object({ shopId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  async run(core, { shopId }) {
    try {
      await refreshSegments(core, shopId);
      if (!core.stopping.aborted) return;
      // Not at once, or it would begin again before Kade has stopped.
      await core.jobs.schedule(REFRESH_JOB, { shopId }, { at: new Date(core.clock.now().getTime() + AGAIN_MS) });
    } finally {
      // Who waited for an import waited for its segments too.
      core.work.release(refreshWorkKey(shopId));
    }
  },
};
