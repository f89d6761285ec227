import { z } from 'zod';
import { checkHealth, HEALTH_JOB, parseId } from '../core/index.ts';
import type { Job } from './job.ts';

/** Looks after the shop's disk, and tells the owners of incidents. One at a time, so that nothing is told twice. */
export const checkHealthJob: Job<{ shopId: string }> = {
  name: HEALTH_JOB,
  payload: z.object({ shopId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  run: (core, { shopId }) => checkHealth(core, parseId(shopId)),
};
