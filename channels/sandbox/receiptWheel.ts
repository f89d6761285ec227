/** Something due after some ticks. */
type Handle<T> = (due: readonly T[]) => Promise<void>;

const TICK_MS = 250;
const BATCH = 64;

/** Hands items over in batches when they are due, with one timer however many wait. A failed batch is tried again at the next tick. */
export class ReceiptWheel<T> {
  readonly #pace: number;
  readonly #handle: Handle<T>;
  readonly #slots = new Map<number, T[]>();
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** `pace` multiplies every delay; 0 hands over at once. */
  constructor(pace: number, handle: Handle<T>) {
    this.#pace = pace;
    this.#handle = handle;
  }

  add(delayMs: number, item: T): void {
    const slot = this.#tick + Math.ceil((delayMs * this.#pace) / TICK_MS);
    const waiting = this.#slots.get(slot);
    if (waiting) waiting.push(item);
    else this.#slots.set(slot, [item]);
    this.#arm();
  }

  /** Hands over everything that waits, now. */
  async settle(): Promise<void> {
    while (this.#slots.size > 0) await this.#run(Math.max(...this.#slots.keys()));
    await this.#running;
  }

  /** What still waits is not handed over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #arm(): void {
    if (this.#timer || this.#stopped || this.#slots.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#run(this.#tick).then(() => {
        this.#timer = undefined;
        this.#tick += 1;
        this.#arm();
      });
    }, TICK_MS * Math.min(1, this.#pace)).unref();
  }

  /** Runs never overlap, so an item's next is never handed over before it. */
  #run(until: number): Promise<void> {
    this.#running = this.#running.then(async () => {
      for (const slot of [...this.#slots.keys()].filter((key) => key <= until).sort((a, b) => a - b)) {
        const due = this.#slots.get(slot) ?? [];
        this.#slots.delete(slot);
        for (let start = 0; start < due.length && !this.#stopped; start += BATCH) {
          await this.#handle(due.slice(start, start + BATCH));
        }
      }
    });
    return this.#running;
  }
}
