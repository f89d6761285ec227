import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { checkDataFile } from './checkDataFile.ts';
import { lockFolder } from './folderLock.ts';

const MOST_SOCKET_PATH = 100;

/** A running embedded database. */
export interface Embedded {
  /** For any MongoDB driver. */
  uri: string;
  /** Ends it in order; resolves when everything is closed. */
  stop: () => Promise<void>;
  /** Resolves if it ends by itself, which it never should: nothing acknowledged is lost, a new start has it all. */
  died: Promise<void>;
}

/** Where the thread listens: a socket file, or a loopback port behind a password. */
export type Door = { socketPath: string } | { password: string };

/**
 * Starts the embedded database server on a folder, in a worker thread, and resolves when it listens: on a socket that
 * only this user can open, or (`loopback`, and on Windows) on a loopback port with a password in the uri.
 * Throws when another process has the folder open, naming its pid, and DamagedFile.
 */
export async function startEmbedded({
  folder,
  loopback = process.platform === 'win32',
}: {
  folder: string;
  loopback?: boolean;
}): Promise<Embedded> {
  const whole = path.resolve(folder);
  const release = await holdFolder(whole);
  try {
    checkDataFile(whole);
    const door: Door = loopback ? { password: randomBytes(24).toString('hex') } : { socketPath: socketOf(whole) };
    const worker = startThread({ folder: whole, door });
    const port = await answerOf(worker, 'listening');
    const stop = async () => {
      const stopped = answerOf(worker, 'stopped');
      worker.postMessage('stop');
      await stopped;
      await worker.terminate();
      release();
    };
    let stopping: Promise<void> | null = null;
    const died = new Promise<void>((resolve) => worker.once('exit', () => stopping ?? resolve()));
    return { uri: uriOf(door, port), stop: () => (stopping ??= stop()), died };
  } catch (error) {
    release();
    throw error;
  }
}

/** The address of the server that another process of this user has running on a folder, which listens on a socket there. */
export const socketUri = (folder: string): string => uriOf({ socketPath: socketOf(path.resolve(folder)) }, null);

/** Takes a stopped server's folder, so that none starts on it; returns what gives it back. Throws FolderInUse. */
export function holdFolder(folder: string): Promise<() => void> {
  const whole = path.resolve(folder);
  mkdirSync(whole, { recursive: true, mode: 0o700 });
  return lockFolder(whole, socketOf(whole));
}

function uriOf(door: Door, port: unknown): string {
  const options = 'directConnection=true&retryWrites=false';
  if ('socketPath' in door) return `mongodb://${encodeURIComponent(door.socketPath)}/?${options}`;
  return `mongodb://kade:${door.password}@127.0.0.1:${String(port)}/?authMechanism=SCRAM-SHA-256&authSource=admin&${options}`;
}

/** The thread runs worker.js, or from source (under vitest) worker.ts with tsx registered first. */
function startThread(workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), { workerData });
  const tsx = new URL('index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api'))).href;
  const hook = `data:text/javascript,${encodeURIComponent(`import { register } from '${tsx}'; register();`)}`;
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData, execArgv: ['--import', hook] });
}

/** Waits for the thread's message of this name and resolves with its value; rejects when the thread ends instead. */
function answerOf(worker: Worker, name: 'listening' | 'stopped'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The embedded database ended by itself (code ${code}).`)));
    worker.on('message', (message: Record<string, unknown>) => {
      if (name in message) resolve(message[name]);
    });
  });
}

function socketOf(folder: string): string {
  const inside = path.join(folder, 'kade.sock');
  if (Buffer.byteLength(inside) <= MOST_SOCKET_PATH) return inside;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `kade-${name}.sock`);
}
