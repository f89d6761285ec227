import type { Logger } from '../core/index.ts';

/** What has been started, to be stopped in the opposite order. */
export interface Lifeline {
  /** Remembers how to stop the part that has just started. */
  add(part: string, stop: () => Promise<void> | void): void;
  /** Stops every part; one that fails is logged and does not keep the others running. Throws at the end if one did. */
  stop(): Promise<void>;
}

export function createLifeline(log: Logger): Lifeline {
  const parts: { part: string; stop: () => Promise<void> | void }[] = [];
  const stopAll = async (): Promise<void> => {
    const failed: string[] = [];
    for (let next = parts.pop(); next; next = parts.pop()) {
      try {
        await next.stop();
      } catch (error) {
        failed.push(next.part);
        log.error('stop', { part: next.part, error });
      }
    }
    if (failed.length > 0) throw new Error(`These parts did not stop well: ${failed.join(', ')}.`);
  };
  let stopping: Promise<void> | undefined;
  return {
    add: (part, stop) => parts.push({ part, stop }),
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
