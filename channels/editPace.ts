/** Changes one message; resolves to the ms after which to try again, 0 when it is done. Never rejects. */
type Edit = () => Promise<number>;

interface Slot {
  /** the last edit asked for meanwhile */
  next: Edit | null;
  /** ends the rest */
  wake: () => void;
  over: Promise<void>;
}

const SETTLE_WITHIN_MS = 3_000;

/** Edits of a message follow each other, spaced out as the app wants it: of those asked meanwhile, the last is made. */
export class EditPace {
  readonly #gapMs: number;
  readonly #open = new Map<string, Slot>();
  #stopping = false;

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  put(key: string, edit: Edit): void {
    const open = this.#open.get(key);
    if (open) {
      open.next = edit;
      return;
    }
    const slot: Slot = { next: null, wake: () => undefined, over: Promise.resolve() };
    this.#open.set(key, slot);
    slot.over = this.#run(key, slot, edit);
  }

  /** Makes the edits that wait, now, as far as they are soon made. */
  async settle(): Promise<void> {
    this.#stopping = true;
    const slots = [...this.#open.values()];
    for (const { wake } of slots) wake();
    const late = new Promise<void>((resolve) => setTimeout(resolve, SETTLE_WITHIN_MS).unref());
    await Promise.race([Promise.all(slots.map(({ over }) => over)), late]);
  }

  async #run(key: string, slot: Slot, first: Edit): Promise<void> {
    for (let edit: Edit | null = first; edit; ) {
      const again = await edit();
      if (again > 0) slot.next ??= edit;
      await this.#rest(slot, Math.max(again, this.#gapMs));
      edit = this.#stopping && again > 0 ? null : slot.next;
      slot.next = null;
    }
    this.#open.delete(key);
  }

  #rest(slot: Slot, ms: number): Promise<void> {
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
