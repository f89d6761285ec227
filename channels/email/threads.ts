/** How the last mail of someone is answered: so that mail apps show question and answer together. */
export interface Thread {
  readonly subject: string;
  readonly references: string;
}

const KEPT = 5_000;
const LONGEST_REFERENCES = 900;

/** The latest mail of each of the last people who wrote. What a restart forgets begins a thread anew. */
export class Threads {
  readonly #latest = new Map<string, Thread>();

  set(email: string, { subject, references }: Thread): void {
    this.#latest.delete(email);
    this.#latest.set(email, { subject, references: references.slice(-LONGEST_REFERENCES).replace(/^[^<]*/, '') });
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > KEPT && oldest) this.#latest.delete(oldest);
  }

  get(email: string): Thread | undefined {
    return this.#latest.get(email);
  }
}
