import type { Job } from './job.ts';
import { refreshSegmentsJob } from './refreshSegments.ts';

/** Every kind of background work. */
export const registry: readonly Job[] = [refreshSegmentsJob];
