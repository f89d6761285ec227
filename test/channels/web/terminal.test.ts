import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTerminal } from '../../../channels/web/terminal/runTerminal.ts';
import { createSignInCode } from '../../../core/index.ts';
import { openWebServer, type WebServer } from './webServer.ts';

const MAIN = fileURLToPath(new URL('../../../channels/web/terminal/main.ts', import.meta.url));

let server: WebServer;
let token: string;
let folder: string;
beforeAll(async () => {
  server = await openWebServer();
  token = await server.signIn();
  folder = await mkdtemp(join(tmpdir(), 'kade-terminal-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** The terminal client on these lines, in this process. */
async function script(
  lines: string[],
  options: { token?: string; code?: string; url?: string; timeoutMs?: number; out?: string } = { token },
): Promise<Run> {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += chunk;
        done();
      },
    });
  const code = await runTerminal({
    url: server.url,
    token: undefined,
    code: undefined,
    timeoutMs: 20_000,
    out: undefined,
    ...options,
    script: true,
    configFolder: folder,
    input: Readable.from([lines.map((line) => `${line}\n`).join('')]),
    output: sink('out'),
    errors: sink('err'),
  });
  return { code, ...written };
}

/** The same as a process of its own. */
function spawnScript(lines: string[], args: string[], env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--script', '--url', server.url, ...args], {
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: folder, ...env },
  });
  const run: Run = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  child.stdin.end(`${lines.join('\n')}\n`);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...run, code })));
}

test('prints the answer to each line, choices numbered, and taps them', async () => {
  expect(await script(['hello', '', 'menu', '#2'])).toEqual({
    code: 0,
    out: 'you said: hello\n\nWhat now?\n  1. First\n  2. Second\n\ntapped b\n\n',
    err: '',
  });
});

test('taps a choice that an earlier run left', async () => {
  await script(['menu']);
  expect((await script(['#1'])).out).toBe('tapped a\n\n');
});

test('prints a message edited in place once, as it ended', async () => {
  expect((await script(['work'])).out).toBe('100 rows\n\n');
});

test('sends files, and saves what comes', async () => {
  const path = join(folder, 'sales.csv');
  await writeFile(path, 'a,b\n1,2\n');
  const out = join(folder, 'out');
  const run = await script([`@${path}`, 'export', 'export', 'chart'], { token, out });
  expect(run.out).toBe(
    'got sales.csv, 8 bytes\n\n' +
      `Here.\n[file] ${join(out, 'customers.csv')}\n\n` +
      `Here.\n[file] ${join(out, 'customers-2.csv')}\n\n` +
      `Here.\n[image: A chart of sales] ${join(out, 'chart.png')}\n\n`,
  );
  expect(await readFile(join(out, 'customers-2.csv'), 'utf8')).toBe('name\nNimal\n');
});

test('speaks as a customer, and as the owner again', async () => {
  const run = await script(['menu', 'as sms:+94771234567', 'STOP', 'as owner', '#1', 'as I said']);
  expect(run.out).toBe('What now?\n  1. First\n  2. Second\n\nyou said: STOP\n\ntapped a\n\nyou said: as I said\n\n');
  expect(server.received.findLast(({ text }) => text === 'STOP')?.from).toBe('sms:+94771234567');
});

test('a name with terminal codes in it stays text', async () => {
  expect((await script(['\u001b[2J\u001b]0;x\u0007hi'])).out).toBe('you said: [2J]0;xhi\n\n');
});

test('a code is spent and its token kept for the next run, for this user only', async () => {
  const code = await createSignInCode(server.core, server.shop._id, 'agent');
  expect(await script(['hi'], { code })).toMatchObject({ code: 0, out: 'you said: hi\n\n' });
  expect(await script(['again'], {})).toMatchObject({ code: 0, out: 'you said: again\n\n' });
  expect((await stat(join(folder, 'kade', 'tokens.json'))).mode & 0o777).toBe(0o600);
  expect(await script(['hi'], { code })).toMatchObject({ code: 1, out: '' });
});

test.each([
  ['a wrong token', { token: 'nonsense' }, /sign in/],
  ['no Kade there', { token: 'x', url: 'http://127.0.0.1:1' }, /does not answer .* npm start/],
  ['a file that is not there', null, /There is no file/],
])('%s ends with 1 and says why', async (_, options, message) => {
  const run = await script(['@/nowhere/sales.csv'], options ?? { token });
  expect([run.code, run.out]).toEqual([1, '']);
  expect(run.err).toMatch(message);
});

test('is a process with an exit code, signed in by KADE_TOKEN', async () => {
  expect(await spawnScript(['hello'], [], { KADE_TOKEN: token })).toEqual({
    code: 0,
    out: 'you said: hello\n\n',
    err: '',
  });
  const refused = await spawnScript(['hello'], ['--tokn', 'x']);
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toMatch(/Unknown option/);
});

test('a choice that is not there ends with 1', async () => {
  const run = await script(['menu', '#7', 'hello']);
  expect(run).toMatchObject({ code: 1, err: 'There is no choice #7; the last message has 2.\n' });
  expect(run.out).not.toContain('hello');
});

test('a line that takes too long ends with 1', async () => {
  const end = server.core.work.begin((await server.call('GET', '/api/session', { token })).body.address);
  const run = await script(['hello'], { token, timeoutMs: 200 });
  end();
  expect(run).toMatchObject({ code: 1, out: 'you said: hello\n\n' });
  expect(run.err).toMatch(/not done within 0.2 s/);
});

test('waits through a restart of the server', async () => {
  const address = (await server.call('GET', '/api/session', { token })).body.address;
  const end = server.core.work.begin(address);
  const running = script(['patience', 'after']);
  while (server.received.at(-1)?.text !== 'patience') await new Promise((resolve) => setImmediate(resolve));
  await server.restart();
  end();
  expect(await running).toEqual({ code: 0, out: 'you said: patience\n\nyou said: after\n\n', err: '' });
});
