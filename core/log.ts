import type { Logger } from './ports.ts';

const SECRET_KEY = /token|secret|password|code|auth|key$/i;
/** A name and password in an address: mongodb://name:password@host. */
const SIGN_IN_PART = /(:\/\/)[^/\s]*@/g;

/** Who a person is: their address with its channel, an email address, a phone number. */
const PERSONAL: readonly [RegExp, string][] = [
  [/\b(sms|whatsapp|telegram|email|web):[^\s"'\\,;)\]}]+/g, '$1:•••'],
  [/[^\s"'<>()@,;:/\\•]+@[^\s"'<>()@,;:/\\]+\.[a-z]{2,}/gi, '•••@•••'],
  [/\+\d{8,15}\b/g, '+•••'],
];

/** Writes one JSON line an event to `stream`; masked are values under secret-looking keys, passwords in addresses, and who a person is. */
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
  if (SECRET_KEY.test(key)) return '•••';
  return PERSONAL.reduce((text, [who, mask]) => text.replace(who, mask), value.replace(SIGN_IN_PART, '$1•••@'));
}
