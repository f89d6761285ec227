import type { Clock } from './ports.ts';

/** The one place where the present time is read. */
export const systemClock: Clock = { now: () => new Date() };
