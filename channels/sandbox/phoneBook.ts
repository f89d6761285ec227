import type { AddressKey } from '../../core/index.ts';
import type { Phone, PhoneMessage } from '../phones.ts';

const MAX_PHONES = 2000;
const MAX_MESSAGES = 50;

/** The phones in memory: the latest MAX_PHONES with their latest MAX_MESSAGES each. */
export class PhoneBook {
  /** least lately active first */
  readonly #phones = new Map<AddressKey, Phone>();
  readonly #listeners = new Set<(phone: Phone) => void>();

  add(address: AddressKey, message: PhoneMessage): void {
    const phone = this.#phones.get(address) ?? { address, messages: [] };
    phone.messages.push(message);
    if (phone.messages.length > MAX_MESSAGES) phone.messages.shift();
    this.#phones.delete(address);
    this.#phones.set(address, phone);
    const oldest = this.#phones.size > MAX_PHONES ? this.#phones.keys().next().value : undefined;
    if (oldest) this.#phones.delete(oldest);
    this.#tell(phone);
  }

  setStatus(address: AddressKey, id: string, status: PhoneMessage['status']): void {
    const phone = this.#phones.get(address);
    const message = phone?.messages.find((candidate) => candidate.id === id);
    if (!phone || !message) return;
    message.status = status;
    this.#tell(phone);
  }

  get(address: AddressKey): Phone | null {
    return this.#phones.get(address) ?? null;
  }

  list(limit: number): Phone[] {
    return [...this.#phones.values()].slice(-limit).reverse();
  }

  /** Someone has written on it, so it can be reached. */
  hasWritten(address: AddressKey): boolean {
    return this.get(address)?.messages.some((message) => message.direction === 'in') ?? false;
  }

  onChange(listener: (phone: Phone) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(phone: Phone): void {
    for (const listener of this.#listeners) listener(phone);
  }
}
