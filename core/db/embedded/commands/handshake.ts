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
  return { ...Object.fromEntries(asked.map((name) => [name, known[name]])), ok: 1 };
}

export const ok = (): Answer => ({ ok: 1 });

export function connectionStatus(): Answer {
  return { authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 };
}
