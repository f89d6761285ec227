import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../core/index.ts';

/** Unasked messages in 24 hours: numbers were lost at some 20 in half an hour, and at one a minute for longer. */
export const PER_DAY = 20;
const GAP_MS = { least: 60_000, most: 120_000 };
const DAY_MS = 24 * 3600_000;
/** Whose turn came and went so long ago has no turn any more. */
const FORGOTTEN_MS = 3600_000;

/** How many may be written to who did not just write themselves, and when: each person has a turn of their own, a minute or two after the one before. */
export interface Allowance {
  /** ms until this person's turn, 0: now; null: none is left today */
  wait(to: string): number | null;
  /** Their message leaves now. */
  take(to: string): void;
  /** WhatsApp refused a message: none any more for a day. */
  close(): void;
}

/** `file`: remembers over restarts what left; `pace` multiplies the gaps. */
export function createAllowance(file: string, clock: Clock, pace: number): Allowance {
  let taken = read(file);
  let next = 0;
  const turns = new Map<string, number>();
  const now = (): number => clock.now().getTime();
  const keep = (): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(taken), { mode: 0o600 });
  };
  return {
    wait(to) {
      taken = taken.filter((at) => at > now() - DAY_MS);
      for (const [person, at] of turns) if (at < now() - FORGOTTEN_MS) turns.delete(person);
      const turn = turns.get(to);
      if (turn !== undefined) return Math.max(0, turn - now());
      if (taken.length + turns.size >= PER_DAY) return null;
      const at = Math.max(now(), next);
      next = at + Math.round((GAP_MS.least + Math.random() * (GAP_MS.most - GAP_MS.least)) * pace);
      turns.set(to, at);
      return at - now();
    },
    take(to) {
      turns.delete(to);
      taken.push(now());
      keep();
    },
    close() {
      taken = Array.from({ length: PER_DAY }, now);
      keep();
    },
  };
}

function read(file: string): number[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(kept) ? kept.filter((at) => typeof at === 'number') : [];
  } catch {
    return [];
  }
}
