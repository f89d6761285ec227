import { chmodSync, rmSync } from 'node:fs';
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { commandOf } from './commands/all.ts';
import { asCommandError, CommandError } from './errors.ts';
import { Scheduler } from './scheduler.ts';
import { Scram } from './scram.ts';
import { type Connection, Server, timeLimit, type Work, wantsDisk } from './server.ts';
import { removeSnapshots } from './snapshots.ts';
import type { Door } from './startEmbedded.ts';
import { Store } from './store.ts';
import { sweepExpired } from './ttl.ts';
import { answerTo, type Message, MessageReader, parseMessage } from './wire.ts';

// The embedded database's thread: a socket, and behind it the commands over the store.

const { folder, door } = workerData as { folder: string; door: Door };
const TTL_EVERY_MS = 60_000;

removeSnapshots(folder);
const store = new Store(folder);
const server = new Server(store, 'password' in door ? new Scram('kade', door.password) : null);
const scheduler = new Scheduler(store);
const sockets = new Set<net.Socket>();
let connections = 0;
let answers = 0;

/** Runs one message's command; whatever goes wrong becomes the answer. */
async function serve(bytes: Buffer, socket: net.Socket, connection: Connection): Promise<void> {
  let message: Pick<Message, 'id' | 'legacy' | 'answer'> = { id: bytes.readInt32LE(4), legacy: false, answer: true };
  let reply: Buffer;
  try {
    const request = { ...parseMessage(bytes), connection };
    message = request;
    const command = commandOf(request);
    const work = command.run(request, server);
    const result = isWork(work) ? await scheduler.run(work, command.writes, timeLimit(request.body)) : await work;
    if (result instanceof CommandError) throw result;
    if (wantsDisk(request.body)) await store.flush();
    reply = answerTo(message, result, ++answers & 0x7fffffff);
  } catch (error) {
    const { code, codeName, extra, message: errmsg } = asCommandError(error);
    reply = answerTo(message, { ok: 0, errmsg, code, codeName, ...extra }, ++answers & 0x7fffffff);
  }
  if (message.answer && !socket.destroyed) socket.write(reply);
}

function isWork(value: unknown): value is Work {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
}

const listener = net.createServer((socket) => {
  const reader = new MessageReader();
  const connection: Connection = { id: ++connections, authenticated: server.scram === null, login: null };
  sockets.add(socket);
  socket.setNoDelay(true);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      for (const bytes of reader.take(chunk)) void serve(bytes, socket, connection);
    } catch {
      socket.destroy();
    }
  });
});

const sweep = setInterval(() => void scheduler.run(sweepExpired(store), true), TTL_EVERY_MS);

parentPort?.on('message', () => {
  clearInterval(sweep);
  scheduler.stop();
  listener.close();
  for (const socket of sockets) socket.destroy();
  void store.close().then(() => {
    if ('socketPath' in door) rmSync(door.socketPath, { force: true });
    parentPort?.postMessage({ stopped: true });
    parentPort?.close();
  });
});

function listening(): void {
  const address = listener.address();
  if ('socketPath' in door) chmodSync(door.socketPath, 0o600);
  parentPort?.postMessage({ listening: typeof address === 'object' ? address?.port : null });
}

if ('socketPath' in door) {
  rmSync(door.socketPath, { force: true }); // left behind by a process that was killed; the folder is ours
  listener.listen(door.socketPath, listening);
} else listener.listen(0, '127.0.0.1', listening);
