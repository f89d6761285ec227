import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressKey, OutboundMessage, Receipt } from '../../core/index.ts';

/** What the carrier remembers, a JSON line each in `messages.jsonl`. */
export type JournalLine =
  | { kind: 'accepted'; id: string; deliveryId: string; to: AddressKey; at: Date; message: OutboundMessage }
  | { kind: 'written'; id: string; from: AddressKey; at: Date; text: string }
  | { kind: 'receipt'; id: string; status: Receipt['status']; reason?: string; at: Date };

/** Read back at a start; older lines stay in the file. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** The carrier's memory on disk. A line is with the operating system before `write` returns, so a killed process loses none. */
export class Journal {
  readonly #file: number;
  #torn: boolean;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = openSync(join(folder, 'messages.jsonl'), 'a+', 0o600);
    const { size } = fstatSync(this.#file);
    const last = Buffer.alloc(1);
    this.#torn = size > 0 && readSync(this.#file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  }

  /** Appends lines; throws what the disk says (ENOSPC when it is full). */
  write(lines: readonly JournalLine[]): void {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const bytes = Buffer.from(this.#torn ? `\n${text}` : text);
    this.#torn = true;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    this.#torn = false;
  }

  /** The latest lines, oldest first; a half-written one is passed over. */
  readTail(): JournalLine[] {
    const { size } = fstatSync(this.#file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(this.#file, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8').split('\n');
    return (size > TAIL_BYTES ? lines.slice(1) : lines).flatMap(parseLine);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function parseLine(line: string): JournalLine[] {
  try {
    return [JSON.parse(line, (key, value) => (key === 'at' ? new Date(value) : value)) as JournalLine];
  } catch {
    return [];
  }
}
