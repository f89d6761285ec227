import { setTimeout as sleep } from 'node:timers/promises';

/** What would have to wait longer comes back later instead: nobody takes it for sent. */
const LONGEST_WAIT_MS = 10_000;
const SLOWEST_GAP_MS = 1_000;
/** How much slower after a refusal, and how much faster again with each message. */
const SLOWER = 1.5;
const FASTER = 0.995;

/** Spaces out what is sent in bulk: `perSecond` at most, and less for a while after the provider asked for it. */
export interface Pace {
  /** Resolves to 0 when one's turn has come, else to the ms after which to ask again. */
  turn(): Promise<number>;
  slower(): void;
}

export function createPace(perSecond: number): Pace {
  const shortest = 1000 / perSecond;
  let gap = shortest;
  let next = 0;
  return {
    async turn() {
      const now = performance.now();
      const wait = Math.max(0, next - now);
      if (wait > LONGEST_WAIT_MS) return wait;
      next = now + wait + gap;
      gap = Math.max(shortest, gap * FASTER);
      if (wait > 0) await sleep(wait);
      return 0;
    },
    slower() {
      gap = Math.min(SLOWEST_GAP_MS, gap * SLOWER);
    },
  };
}
