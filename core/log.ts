import type { Logger } from './ports.ts';

const SECRET_KEY = /token|secret|password|code|auth|key$/i;
/** A name and password in an address: mongodb://name:password@host. */
const SIGN_IN_PART = /(:\/\/)[^/\s]*@/g;

/** Writes one JSON line an event to `stream`; values under secret-looking keys are masked, and passwords in addresses. */
export function createLogger(stream: NodeJS.WritableStream, clock: { now(): Date }): Logger {
  const write = (level: string, event: string, fields: Record<string, unknown> = {}): void => {
    const at = clock.now().toISOString();
    stream.write(`${JSON.stringify({ at, level, event, ...fields }, redact)}\n`);
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}

function redact(key: string, value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  if (typeof value !== 'string') return value;
  return SECRET_KEY.test(key) ? '•••' : value.replace(SIGN_IN_PART, '$1•••@');
}
