import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Chart } from '../core/index.ts';
import type { Rendered } from './renderWorker.ts';

/** The thread holds some 250 MB of canvas and libraries; unused for so long, it is ended. */
const idleMs = 3 * 60_000;
/** A picture takes a quarter of a second; one that takes this long never ends. */
const longestMs = 60_000;

/** Draws pictures. `render` answers a PNG, or throws what was wrong with the figures; `stop` lets the running job finish. */
export interface Reports {
  render(chart: Chart): Promise<Buffer>;
  stop(): Promise<void>;
}

/** One thread, started by the first picture, draws them one after the other, so that the chat never waits for a chart. */
export function startReports(): Reports {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let stopped = false;
  let last: Promise<unknown> = Promise.resolve();

  const endWorker = async () => {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const beginWorker = (): Worker => {
    const thread = startThread();
    thread.once('exit', () => {
      if (worker === thread) worker = undefined;
    });
    return thread;
  };
  const draw = async (chart: Chart): Promise<Buffer> => {
    clearTimeout(idle);
    worker ??= beginWorker();
    try {
      return await ask(worker, chart);
    } finally {
      idle = setTimeout(() => void endWorker(), idleMs).unref();
    }
  };
  return {
    render: (chart) => {
      if (stopped) return Promise.reject(new Error('The reports have been stopped.'));
      const drawn = last.then(() => draw(chart));
      last = drawn.catch(() => undefined);
      return drawn;
    },
    stop: async () => {
      stopped = true;
      await last;
      clearTimeout(idle);
      await endWorker();
    },
  };
}

/** Compiled, or from source through tsx. Never keeps the process alive by itself. */
function startThread(): Worker {
  const source = import.meta.url.endsWith('.ts');
  const url = new URL(`./renderWorker${source ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(url, source ? { execArgv: ['--import', tsxHook()] } : {});
  thread.unref();
  return thread;
}

/** As in core/worker.ts, which this folder, pure, does not import: `--import tsx` alone does nothing in a thread of Node 20. */
function tsxHook(): string {
  const tsx = new URL('index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')));
  return `data:text/javascript,${encodeURIComponent(`import { register } from '${tsx.href}'; register();`)}`;
}

/** One job's answer. A thread that takes far too long is ended; one that fails ends by itself, and takes its job with it. */
function ask(thread: Worker, chart: Chart): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(limit);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      thread.unref();
      finish();
    };
    let failure: unknown;
    const onMessage = (answer: Rendered) =>
      settle(() => ('png' in answer ? resolve(Buffer.from(answer.png.buffer)) : reject(new Error(answer.problem))));
    const onError = (error: unknown) => {
      failure = error;
    };
    const onExit = (code: number) =>
      settle(() => reject(new Error(`The drawing thread ended with code ${code}.`, { cause: failure })));
    const limit = setTimeout(() => void thread.terminate(), longestMs);
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.ref();
    thread.postMessage(chart);
  });
}
