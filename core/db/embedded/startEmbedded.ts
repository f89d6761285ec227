import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const MOST_SOCKET_PATH = 100;
const LOCK = 'kade.pid';

/** A running embedded database. */
export interface Embedded {
  /** For any MongoDB driver. */
  uri: string;
  /** Ends it in order; resolves when everything is closed. */
  stop: () => Promise<void>;
}

/**
 * Starts the embedded database server on a folder, in a worker thread, and resolves when it listens.
 * Throws when another process has the folder open, naming its pid.
 */
export async function startEmbedded({ folder }: { folder: string }): Promise<Embedded> {
  const whole = path.resolve(folder);
  mkdirSync(whole, { recursive: true, mode: 0o700 });
  const release = lockFolder(whole);
  try {
    const socketPath = socketOf(whole);
    const worker = startThread({ folder: whole, socketPath });
    await answerOf(worker, 'listening');
    const stop = async () => {
      const stopped = answerOf(worker, 'stopped');
      worker.postMessage('stop');
      await stopped;
      await (process.env.PROF ? new Promise((r) => setTimeout(r, 2000)) : worker.terminate());
      release();
    };
    return {
      uri: `mongodb://${encodeURIComponent(socketPath)}/?directConnection=true&retryWrites=false`,
      stop: once(stop),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The thread runs worker.js, or from source (under vitest) worker.ts with tsx registered first. */
function startThread(workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), { workerData });
  const tsx = new URL('index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api'))).href;
  const hook = `data:text/javascript,${encodeURIComponent(`import { register } from '${tsx}'; register();`)}`;
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    execArgv: ['--import', hook, ...(process.env.PROF ? ['--import', '/tmp/w/profhook.mjs'] : [])],
  });
}

function answerOf(worker: Worker, kind: 'listening' | 'stopped'): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the embedded database ended with code ${code}`)));
    worker.on('message', (message: Record<string, unknown>) => {
      if (message[kind]) resolve();
    });
  });
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

function socketOf(folder: string): string {
  const inside = path.join(folder, 'kade.sock');
  if (Buffer.byteLength(inside) <= MOST_SOCKET_PATH) return inside;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `kade-${name}.sock`);
}

/** Writes this process's pid into the folder; a pid that no longer runs is taken over. */
function lockFolder(folder: string): () => void {
  const file = path.join(folder, LOCK);
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (isRunning(holder))
        throw new Error(
          `The data folder ${folder} is in use by process ${holder}. Stop that process first; nothing was changed.`,
        );
      rmSync(file, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
