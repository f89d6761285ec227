import { Binary } from 'bson';
import { CommandError } from './errors.ts';
import { isObject, isPlain } from './values.ts';

/** What one sort, one stage or one lookup may keep at a time, in bytes; MongoDB's limit. */
export const MOST_MEMORY = 100 * 1024 * 1024;

/** Takes note of more bytes that are kept. */
export type Charge = (bytes: number) => void;

/** Counts what `name` keeps in memory. The charge throws above 100 MB: 292, or the code that MongoDB has for it. */
export function memoryOf(name: string, code = 292): Charge {
  let used = 0;
  return (bytes) => {
    used += bytes;
    if (used > MOST_MEMORY) throw tooMuch(name, code);
  };
}

/** What is thrown where more than 100 MB would be kept. */
export const tooMuch = (name: string, code = 292) =>
  new CommandError(
    code,
    `${name} exceeded the memory limit of ${MOST_MEMORY} bytes, and nothing is spilled to the disk`,
  );

/** About how many bytes a value takes. */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length + 5;
  if (!isObject(value)) return 8;
  let bytes = 16;
  if (Array.isArray(value)) for (const item of value) bytes += 3 + weigh(item);
  else if (isPlain(value)) for (const name of Object.keys(value)) bytes += name.length + 2 + weigh(value[name]);
  else if (value instanceof Binary) bytes += value.length();
  return bytes;
}
