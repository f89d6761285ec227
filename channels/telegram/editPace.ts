/** Changes one message; resolves to the ms after which to try again, 0 when it is done. Never rejects. */
type Edit = () => Promise<number>;

const GAP_MS = 2_000;

/** Telegram wants one edit every two or three seconds: of those asked meanwhile, the last is made. Edits of a message follow each other. */
export class EditPace {
  readonly #gapMs: number;
  readonly #open = new Map<string, { next: Edit | null; wake: () => void }>();
  #stopping = false;

  /** `pace` multiplies the gap. */
  constructor(pace: number) {
    this.#gapMs = GAP_MS * pace;
  }

  put(key: string, edit: Edit): void {
    const open = this.#open.get(key);
    if (open) open.next = edit;
    else void this.#run(key, edit);
  }

  /** Makes the edits that wait, now. */
  async settle(): Promise<void> {
    this.#stopping = true;
    for (const { wake } of this.#open.values()) wake();
    while (this.#open.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async #run(key: string, first: Edit): Promise<void> {
    const slot = { next: null as Edit | null, wake: () => {} };
    this.#open.set(key, slot);
    for (let edit: Edit | null = first; edit; ) {
      const again = await edit();
      if (again > 0) slot.next ??= edit;
      await this.#rest(slot, Math.max(again, this.#gapMs));
      edit = this.#stopping && again > 0 ? null : slot.next;
      slot.next = null;
    }
    this.#open.delete(key);
  }

  #rest(slot: { wake: () => void }, ms: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      slot.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
