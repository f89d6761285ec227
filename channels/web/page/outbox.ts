import type { WireAccepted } from '../wire.ts';
import { Refused } from './client.ts';

interface Parcel {
  readonly id: string;
  readonly post: () => Promise<WireAccepted>;
}
interface OutboxOptions {
  readonly onWaiting: (id: string) => void;
  readonly onSent: (accepted: WireAccepted) => void;
  readonly onRefused: (id: string, error: Refused) => void;
}

const RETRY_MS = 2000;

/** Sends one message after another in the order written. Without a connection it waits and tries again; the same id makes that safe. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #parcels: Parcel[] = [];
  #running = false;
  #wake = (): void => {};

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  add(parcel: Parcel): void {
    this.#parcels.push(parcel);
    void this.#run();
  }

  /** The connection is back. */
  retryNow(): void {
    this.#wake();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let parcel = this.#parcels[0]; parcel; parcel = this.#parcels[0]) {
      if (await this.#send(parcel)) this.#parcels.shift();
      else await this.#pause();
    }
    this.#running = false;
  }

  async #send({ id, post }: Parcel): Promise<boolean> {
    try {
      this.#options.onSent(await post());
      return true;
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('unexpected', String(error));
      if (refused.code === 'network') {
        this.#options.onWaiting(id);
        return false;
      }
      this.#options.onRefused(id, refused);
      return true;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      window.setTimeout(resolve, RETRY_MS);
    });
  }
}
