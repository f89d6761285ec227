import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds, and a way to let them pass; a simulation turns its hands. */
export interface Timer {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const realTimer: Timer = { now: () => performance.now(), sleep: (ms) => sleep(Math.ceil(ms)) };

/** Keeps what is sent in bulk to what the provider allows, and below it for a while after it asked for rest. */
export interface Pace {
  /** Resolves to 0 when a message's turn has come, else to the ms after which to ask again. `to`: whose chat it goes to; `weight`: how many messages it counts as. */
  turn(to?: string, weight?: number): Promise<number>;
  /** A message that went without a turn, as a single one may, counts all the same. */
  count(to?: string): void;
  /** The provider wants nothing for so long. */
  rest(ms: number): void;
  /** ms of that which are left */
  resting(): number;
  /** what goes in bulk now */
  perSecond(): number;
}

interface PaceOptions {
  readonly perSecond: number;
  /** between two messages to one chat, where the provider wants that too */
  readonly chatGapMs?: number;
  readonly timer?: Timer;
}

/** What would have to wait longer comes back later instead: nobody takes it for sent. */
const LONGEST_WAIT_MS = 4_000;
/** Messages without a turn hold those with one up no longer. */
const HELD_UP_MS = 1_000;
/** What is left of the rate after a refusal, at the least, and how much of it comes back in a second. */
const SLOWER = 0.7;
const SLOWEST = 0.1;
const BACK_PER_SECOND = 0.005;
const CHATS = 5_000;

export function createPace({ perSecond, chatGapMs = 0, timer = realTimer }: PaceOptions): Pace {
  let share = 1;
  let sharedAt = timer.now();
  let next = 0;
  let restUntil = 0;
  /** when each chat may have its next */
  const chats = new Map<string, number>();

  const rate = (): number => {
    const now = timer.now();
    share = Math.min(1, share + ((now - sharedAt) / 1000) * BACK_PER_SECOND);
    sharedAt = now;
    return perSecond * share;
  };
  const resting = (): number => Math.max(0, Math.ceil(restUntil - timer.now()));
  const reach = (to: string | undefined, at: number): void => {
    if (chatGapMs === 0 || to === undefined) return;
    if (chats.size > CHATS) for (const [chat, free] of chats) if (free <= timer.now()) chats.delete(chat);
    chats.set(to, at + chatGapMs);
  };

  return {
    async turn(to, weight = 1) {
      for (;;) {
        const now = timer.now();
        const free = chats.get(to ?? '') ?? 0;
        // One chat's rest is not everyone's: it asks again when it is over.
        const own = free > Math.max(next, now);
        const slot = Math.max(own ? free : next, now);
        if (resting() > 0 || slot - now > LONGEST_WAIT_MS) return Math.max(resting(), Math.ceil(slot - now));
        if (!own) {
          next = slot + (weight * 1000) / rate();
          reach(to, slot);
        }
        if (slot > now) await timer.sleep(slot - now);
        if (!own) return resting();
      }
    },
    count(to) {
      const now = timer.now();
      next = Math.max(next, Math.min(Math.max(next, now) + 1000 / rate(), now + HELD_UP_MS));
      reach(to, now);
    },
    rest(ms) {
      // Those under way when it came are refused too: they tell nothing new.
      if (resting() === 0) {
        rate();
        share = Math.max(SLOWEST, share * SLOWER);
      }
      restUntil = Math.max(restUntil, timer.now() + ms);
    },
    resting,
    perSecond: rate,
  };
}
