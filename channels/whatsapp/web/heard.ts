import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Messages of different people are taken side by side: one may be a little older than the last that was written down. */
const OVERLAP_MS = 10 * 60_000;

/** Until when everything that came is written down, remembered in a file over restarts; ms since 1970. */
export interface Heard {
  /** 0: nothing was heard yet */
  until(): number;
  note(at: number): void;
}

export function createHeard(file: string): Heard {
  let last = read(file);
  return {
    until: () => Math.max(0, last - OVERLAP_MS),
    note(at) {
      if (at <= last) return;
      last = at;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, String(at), { mode: 0o600 });
    },
  };
}

function read(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
