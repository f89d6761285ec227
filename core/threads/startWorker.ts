import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Starts a worker thread from the module `name` (without ending) beside `from` (an import.meta.url): compiled, or from source through tsx. */
export function startWorker(name: string, from: string, options: WorkerOptions = {}): Worker {
  const source = from.endsWith('.ts');
  const url = new URL(`${name}${source ? '.ts' : '.js'}`, from);
  return new Worker(url, source ? { ...options, execArgv: ['--import', tsxHook(from)] } : options);
}

/** `--import tsx` alone does nothing in a thread (Node 20): this module registers it there. */
function tsxHook(from: string): string {
  const tsx = new URL('index.mjs', pathToFileURL(createRequire(from).resolve('tsx/esm/api')));
  return `data:text/javascript,${encodeURIComponent(`import { register } from '${tsx.href}'; register();`)}`;
}
