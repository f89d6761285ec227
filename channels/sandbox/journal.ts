import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** Read back at a start; older lines stay in the file. */
const TAIL_BYTES = 2 * 1024 * 1024;

/** An append-only file of JSON lines. A line is with the operating system before `write` returns, so a killed process loses none. */
export class Journal<Line extends { at: Date }> {
  readonly #file: number;
  #torn: boolean;

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
    const { size } = fstatSync(this.#file);
    const last = Buffer.alloc(1);
    this.#torn = size > 0 && readSync(this.#file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  }

  /** Appends a line; throws what the disk says (ENOSPC when it is full). */
  write(line: Line): void {
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify(line)}\n`);
    this.#torn = true;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    this.#torn = false;
  }

  /** The latest lines, oldest first; a half-written one is passed over. */
  readTail(): Line[] {
    const { size } = fstatSync(this.#file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(this.#file, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8').split('\n');
    return (size > TAIL_BYTES ? lines.slice(1) : lines).flatMap((line) => parseLine<Line>(line));
  }

  close(): void {
    closeSync(this.#file);
  }
}

function parseLine<Line extends { at: Date }>(text: string): Line[] {
  try {
    const line = JSON.parse(text) as Line;
    return [{ ...line, at: new Date(line.at) }];
  } catch {
    return [];
  }
}
