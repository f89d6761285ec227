import { setImmediate } from 'node:timers/promises';

const MOST = 500;

interface Asked<In, Out> {
  readonly one: In;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Many askers, one asking: what is asked in the same moment, or while the last answers are on their way, goes to `work`
 * together. It answers in the order asked; an Error among the answers is its asker's alone, one that is thrown everyone's.
 */
export function gather<In, Out>(work: (asked: readonly In[]) => Promise<readonly (Out | Error)[]>) {
  let waiting: Asked<In, Out>[] = [];
  let working = false;

  async function workOff(): Promise<void> {
    working = true;
    for (await setImmediate(); waiting.length > 0; ) {
      const asked = waiting.slice(0, MOST);
      waiting = waiting.slice(MOST);
      try {
        const answers = await work(asked.map(({ one }) => one));
        asked.forEach(({ resolve, reject }, at) => {
          const answer = answers[at] as Out | Error;
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    working = false;
  }

  return (one: In): Promise<Out> =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      if (!working) void workOff();
    });
}
