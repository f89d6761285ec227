// The thread of runInThread.ts: one piece of heavy work after another.
import { parentPort } from 'node:worker_threads';
import { type ErrorCode, type ErrorParams, KadeError } from '../errors.ts';
import type { Surroundings } from './runInThread.ts';

/** To the thread: what to do, or to break it off. */
export type Order = { work: string; from: string; task: unknown } | 'stop';

/** From the thread: something on the way, and last what became of the work. */
export type Answer =
  | { told: unknown }
  | { result: unknown }
  | { code: ErrorCode; params: ErrorParams }
  | { failure: string };

let abort = new AbortController();
const answer = (message: Answer): void => parentPort?.postMessage(message);

async function run({ work, from, task }: Exclude<Order, 'stop'>): Promise<unknown> {
  const module = await import(new URL(`${work}${from.slice(from.lastIndexOf('.'))}`, from).href);
  const surroundings: Surroundings<unknown> = { tell: (told) => answer({ told }), signal: abort.signal };
  return module[work](task, surroundings);
}

parentPort?.on('message', (order: Order) => {
  if (order === 'stop') return abort.abort();
  abort = new AbortController();
  run(order).then(
    (result) => answer({ result }),
    (error: unknown) =>
      answer(
        error instanceof KadeError
          ? { code: error.code, params: error.params }
          : { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      ),
  );
});
