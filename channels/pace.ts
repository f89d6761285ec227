import { setTimeout as sleep } from 'node:timers/promises';

/** What would have to wait longer comes back later instead: nobody takes it for sent. */
const LONGEST_WAIT_MS = 10_000;

/** Spaces out what is sent in bulk, `perSecond` at most. A turn resolves to 0 when it has come, else to the ms after which to ask again. */
export function createPace(perSecond: number): { turn(): Promise<number> } {
  let next = 0;
  return {
    async turn() {
      const now = performance.now();
      const wait = Math.max(0, next - now);
      if (wait > LONGEST_WAIT_MS) return wait;
      next = now + wait + 1000 / perSecond;
      if (wait > 0) await sleep(wait);
      return 0;
    },
  };
}
