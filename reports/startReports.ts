import { Worker } from 'node:worker_threads';
import type { ReportSpec } from './figures.ts';
import type { Rendered } from './renderWorker.ts';

/** The thread holds some 250 MB of canvas and libraries; unused for so long, it is ended. */
const idleMs = 3 * 60_000;

/** Draws pictures. `render` answers a PNG, or throws what was wrong with the figures; `stop` lets the running job finish. */
export interface Reports {
  render(spec: ReportSpec): Promise<Buffer>;
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
  const draw = async (spec: ReportSpec): Promise<Buffer> => {
    clearTimeout(idle);
    worker ??= startThread();
    try {
      return await ask(worker, spec);
    } catch (error) {
      if (error instanceof ThreadEnded) worker = undefined;
      throw error;
    } finally {
      idle = setTimeout(() => void endWorker(), idleMs).unref();
    }
  };
  return {
    render: (spec) => {
      if (stopped) return Promise.reject(new Error('The reports have been stopped.'));
      const drawn = last.then(() => draw(spec));
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

class ThreadEnded extends Error {}

/** Compiled, or from source through tsx. Never keeps the process alive by itself. */
function startThread(): Worker {
  const source = import.meta.url.endsWith('.ts');
  const url = new URL(`./renderWorker${source ? '.ts' : '.js'}`, import.meta.url);
  const thread = new Worker(url, source ? { execArgv: ['--import', 'tsx'] } : {});
  thread.unref();
  return thread;
}

function ask(thread: Worker, spec: ReportSpec): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      thread.unref();
      finish();
    };
    const onMessage = (answer: Rendered) =>
      settle(() => ('png' in answer ? resolve(Buffer.from(answer.png.buffer)) : reject(new Error(answer.problem))));
    const onError = (error: Error) => settle(() => reject(new ThreadEnded(error.message, { cause: error })));
    const onExit = (code: number) =>
      settle(() => reject(new ThreadEnded(`The drawing thread ended with code ${code}.`)));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.ref();
    thread.postMessage(spec);
  });
}
