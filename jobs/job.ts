import type { z } from 'zod';
import type { Core } from '../core/index.ts';

/** One kind of background work: ids in, a use-case of core called. May run twice, so every step is repeatable. */
export interface Job<Payload extends Record<string, string> = Record<string, string>> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  /** how many may run at once in a process */
  readonly concurrency: number;
  run(core: Core, payload: Payload): Promise<void>;
}
