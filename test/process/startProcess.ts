import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const DIST = resolve(ROOT, process.env.KADE_DIST ?? 'dist');
const PROGRAM = resolve(DIST, 'bot/main.js');

/** Why tests of the compiled program are skipped; null: it is there. */
export const notBuilt = existsSync(PROGRAM) ? null : `no ${PROGRAM}; run "npm run build"`;

/** The compiled Kade as a child process. */
export interface KadeProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves with the address and the code when Kade says that it is ready; rejects when it ends instead. */
  readonly ready: Promise<{ url: string; code: string }>;
  readonly exit: Promise<number | null>;
}

/** Starts the compiled program in `folder` (its data in `folder`/data), on a free port, with nothing of our own environment but PATH. */
export function startProcess(folder: string, env: Record<string, string> = {}): KadeProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const exit = new Promise<number | null>((settle) => child.once('close', (code) => settle(code)));
  const ready = new Promise<{ url: string; code: string }>((settle, reject) => {
    child.stdout.on('data', (bytes) => {
      out += bytes;
      const [, url, code] = /(http:\S+)\/#code=(\w+)\n/.exec(out) ?? [];
      if (url && code) settle({ url, code });
    });
    child.stderr.on('data', (bytes) => {
      err += bytes;
    });
    child.once('close', () => reject(new Error(`Kade ended before it was ready: ${out}${err}`)));
  });
  ready.catch(() => undefined);
  return { child, pid: child.pid ?? 0, out: () => out, err: () => err, ready, exit };
}

/** One of the compiled small programs (`backup`, `restore`, …) in `folder`: the child, and what it said when it ended. */
export function startProgram(folder: string, name: string, words: string[], env: Record<string, string> = {}) {
  const program = resolve(DIST, `bot/programs/${name}.js`);
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => {
    said.out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    said.err += bytes;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((settle) =>
    child.once('close', (code) => settle({ code, ...said })),
  );
  return { child, ended };
}

/** Spends a sign-in code through the API; the session's token, or the refusal's status. */
export async function signInAt(url: string, code: string): Promise<{ status: number; token: string }> {
  const response = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name: 'Owner' }),
  });
  const { token = '' } = (await response.json()) as { token?: string };
  return { status: response.status, token };
}

/** What the API says about a session. */
export function getSession(url: string, token: string): Promise<Response> {
  return fetch(`${url}/api/session`, { headers: { authorization: `Bearer ${token}` } });
}
