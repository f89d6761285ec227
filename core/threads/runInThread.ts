import type { Worker } from 'node:worker_threads';
import { KadeError } from '../errors.ts';
import { startWorker } from './startWorker.ts';
import type { Answer, Order } from './thread.ts';

/** What heavy work has of its surroundings: it tells how far it is, and breaks off when the signal is aborted. */
export interface Surroundings<Told = never> {
  tell(told: Told): void;
  readonly signal: AbortSignal;
}

type HeavyWork = (task: never, thread: Surroundings<never>) => Promise<unknown>;
type Told<Work extends HeavyWork> = Parameters<Work>[1] extends Surroundings<infer T> ? T : never;

interface Options<Work extends HeavyWork> {
  readonly signal?: AbortSignal;
  readonly onTold?: (told: Told<Work>) => void;
}

const IDLE_MS = 30_000;
/** A bound makes the thread clean up early: it holds far less, whatever it works on. */
const MEMORY = { maxOldGenerationSizeMb: 512 };

/** A thread that has nothing to do, its libraries loaded and its code compiled: the next to be asked. */
let idle: { worker: Worker; end: NodeJS.Timeout } | null = null;

/**
 * Does `work`, which the module of that name beside `from` (an import.meta.url) exports, in a thread that does nothing
 * else. The task, what is told and the result must be cloneable. Throws what the work throws: a KadeError as it is, of
 * anything else the text.
 */
export async function runInThread<Work extends HeavyWork>(
  work: string,
  from: string,
  task: Parameters<Work>[0],
  { signal, onTold }: Options<Work> = {},
): Promise<Awaited<ReturnType<Work>>> {
  const worker = takeIdle() ?? startThread();
  const send = (order: Order): void => worker.postMessage(order);
  const stop = (): void => send('stop');
  const answer = await new Promise<Answer>((resolve, reject) => {
    const settle = (settled: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal?.removeEventListener('abort', stop);
      settled();
    };
    const onMessage = (message: Answer): void => {
      if ('told' in message) onTold?.(message.told as Told<Work>);
      else settle(() => resolve(message));
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`The thread of ${work} ended with ${code}`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    send({ work, from, task });
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });
  keepIdle(worker);
  if ('code' in answer) throw new KadeError(answer.code, answer.params);
  if ('failure' in answer) throw new Error(answer.failure);
  return ('result' in answer ? answer.result : undefined) as Awaited<ReturnType<Work>>;
}

function startThread(): Worker {
  const worker = startWorker('thread', import.meta.url, { resourceLimits: MEMORY });
  // What goes wrong while it has nothing to do is nobody's; it is then no longer there.
  worker.on('error', () => undefined);
  worker.once('exit', () => {
    if (idle?.worker === worker) idle = null;
  });
  return worker;
}

function takeIdle(): Worker | null {
  if (!idle) return null;
  const { worker, end } = idle;
  idle = null;
  clearTimeout(end);
  worker.ref();
  return worker;
}

/** Keeps one thread for a while, without keeping the process for it. */
function keepIdle(worker: Worker): void {
  worker.unref();
  if (idle) return void worker.terminate();
  const end = setTimeout(() => {
    idle = null;
    void worker.terminate();
  }, IDLE_MS).unref();
  idle = { worker, end };
}
