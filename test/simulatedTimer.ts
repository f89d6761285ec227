import type { Timer } from '../channels/pace.ts';

/** Time that passes only while everyone sleeps: minutes of waiting take as long as the work in them. */
export class SimulatedTimer implements Timer {
  #now = 0;
  #awake = 0;
  #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  /** Runs lanes beside each other. Nobody else may sleep by this timer meanwhile. */
  async run(count: number, lane: (index: number) => Promise<void>): Promise<void> {
    this.#awake = count;
    const lanes = Array.from({ length: count }, (_, index) => lane(index).finally(() => this.#oneLess()));
    await Promise.all(lanes);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
      this.#oneLess();
    });
  }

  #oneLess(): void {
    this.#awake -= 1;
    if (this.#awake > 0 || this.#sleepers.length === 0) return;
    this.#now = Math.min(...this.#sleepers.map(({ at }) => at));
    const due = this.#sleepers.filter(({ at }) => at <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    this.#awake = due.length;
    for (const { wake } of due) wake();
  }
}

/** A provider's limits as it enforces them: so many within any second, and so many ms between two to one chat. */
export class EnforcedLimit {
  perSecond: number;
  readonly #timer: Timer;
  readonly #chatGapMs: number;
  readonly #times: number[] = [];
  readonly #chats = new Map<string, number>();
  accepted = 0;
  refused = 0;

  constructor(timer: Timer, perSecond: number, chatGapMs = 0) {
    this.#timer = timer;
    this.perSecond = perSecond;
    this.#chatGapMs = chatGapMs;
  }

  /** Takes a message, or does not; sums of fractions of a millisecond are forgiven. */
  takes(to: string): boolean {
    const now = this.#timer.now() + 1e-3;
    while ((this.#times[0] ?? now) <= now - 1000) this.#times.shift();
    if (this.#times.length >= this.perSecond || now - (this.#chats.get(to) ?? -1e9) < this.#chatGapMs) {
      this.refused += 1;
      return false;
    }
    this.#times.push(now - 1e-3);
    this.#chats.set(to, now - 1e-3);
    this.accepted += 1;
    return true;
  }
}
