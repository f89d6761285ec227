import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Starts a worker thread from the module `name` (without ending) beside `from` (an import.meta.url): compiled, or from source through tsx. */
export function startWorker(name: string, from: string, options: WorkerOptions = {}): Worker {
  const source = from.endsWith('.ts');
  const url = new URL(`${name}${source ? '.ts' : '.js'}`, from);
  return new Worker(url, source ? { ...options, execArgv: ['--import', 'tsx'] } : options);
}
