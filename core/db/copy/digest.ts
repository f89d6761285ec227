import { createHash } from 'node:crypto';

/** What stands for a set of documents: how many there are, and the sum of their SHA-256, the same in any order. */
export class Digest {
  count = 0;
  readonly #sum = new BigUint64Array(4);

  add(raw: Uint8Array): void {
    const hash = createHash('sha256').update(raw).digest();
    for (let i = 0; i < 4; i++) this.#sum[i] = (this.#sum[i] as bigint) + hash.readBigUInt64LE(8 * i);
    this.count++;
  }

  get hex(): string {
    return [...this.#sum].map((part) => part.toString(16).padStart(16, '0')).join('');
  }

  equals(other: Digest): boolean {
    return this.count === other.count && this.hex === other.hex;
  }
}
