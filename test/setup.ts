// No test may leave the machine: a wrong base URL must fail loudly, not reach a provider.
import net from 'node:net';

const connect = net.Socket.prototype.connect;
const loopback = new Set(['127.0.0.1', 'localhost', '::1', undefined]);

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const [first] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const { host, path } = (typeof first === 'object' && first !== null ? first : {}) as { host?: string; path?: string };
  if (!path && !loopback.has(host)) throw new Error(`A test tried to reach ${host}; only loopback is allowed.`);
  return connect.apply(this, args as Parameters<typeof connect>);
} as typeof connect;
