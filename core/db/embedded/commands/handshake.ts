import { Binary } from 'bson';
import { CommandError } from '../errors.ts';
import type { Login } from '../scram.ts';
import type { Answer, Request, Server } from '../server.ts';

/** hello: a standalone server of MongoDB 6.0's age, without replication, retryable writes or transactions. */
export function hello(request: Request): Answer {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: request.connection.id,
    minWireVersion: 0,
    maxWireVersion: 17,
    readOnly: false,
    ok: 1,
  };
}

export function buildInfo(): Answer {
  return {
    version: '6.0.0',
    versionArray: [6, 0, 0, 0],
    gitVersion: 'embedded',
    modules: [],
    bits: 64,
    maxBsonObjectSize: 16 * 1024 * 1024,
    storageEngines: ['lmdb'],
    ok: 1,
  };
}

export function serverStatus(_request: Request, server: Server): Answer {
  return {
    host: 'localhost',
    version: '6.0.0',
    process: 'kade',
    pid: process.pid,
    uptime: process.uptime(),
    localTime: new Date(),
    cursors: server.cursors.size,
    ok: 1,
  };
}

export function getParameter(request: Request): Answer {
  const known: Record<string, unknown> = { featureCompatibilityVersion: { version: '6.0' }, ttlMonitorEnabled: true };
  const asked =
    request.body.getParameter === '*' ? Object.keys(known) : Object.keys(request.body).filter((name) => name in known);
  if (asked.length === 0) throw new CommandError(72, 'no option found to get');
  return { ...Object.fromEntries(asked.map((name) => [name, known[name]])), ok: 1 };
}

export const ok = (): Answer => ({ ok: 1 });

/** Who is signed in: behind a socket file nobody is, as in a MongoDB without access control. */
export function connectionStatus({ body }: Request, { scram }: Server): Answer {
  const db = 'admin';
  const authInfo = {
    authenticatedUsers: scram ? [{ user: scram.user, db }] : [],
    authenticatedUserRoles: scram ? [{ role: 'root', db }] : [],
    ...(body.showPrivileges === true ? { authenticatedUserPrivileges: [] } : {}),
  };
  return { authInfo, ok: 1 };
}

const textOf = (payload: unknown) => (payload instanceof Binary ? Buffer.from(payload.value()).toString('utf8') : '');
const payloadOf = (text: string) => new Binary(Buffer.from(text));

/** The first step of a SCRAM-SHA-256 login. */
export function saslStart({ body, connection }: Request, server: Server): Answer {
  if (body.mechanism !== 'SCRAM-SHA-256' || !server.scram)
    throw new CommandError(18, 'Only SCRAM-SHA-256 is served, and only on a loopback port.');
  const { payload, login } = server.scram.start(textOf(body.payload));
  connection.login = login;
  return { conversationId: 1, done: false, payload: payloadOf(payload), ok: 1 };
}

/** The second step, which lets the connection in. */
export function saslContinue({ body, connection }: Request, server: Server): Answer {
  const login: Login | null = connection.login;
  connection.login = null;
  if (connection.authenticated) return { conversationId: 1, done: true, payload: payloadOf(''), ok: 1 };
  if (!login || !server.scram) throw new CommandError(18, 'Authentication failed.');
  const payload = server.scram.finish(textOf(body.payload), login);
  connection.authenticated = true;
  return { conversationId: 1, done: true, payload: payloadOf(payload), ok: 1 };
}
