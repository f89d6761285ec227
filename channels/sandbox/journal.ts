import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';

/** Read back at a start; older lines stay in the file. */
const TAIL_BYTES = 2 * 1024 * 1024;
const NEWLINE = 0x0a;

/** An append-only file of JSON lines. A line is with the operating system before `write` returns, so a killed process loses none. */
export class Journal<Line extends { at: Date }> {
  readonly #path: string;
  #file: number;
  #torn: boolean;

  constructor(path: string) {
    this.#path = path;
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

  /** Writes the file anew with the lines that `keep` keeps; the old one is there until the new one is whole. */
  rewrite(keep: (line: Line) => boolean): void {
    const draft = `${this.#path}.new`;
    const file = openSync(draft, 'w', 0o600);
    const chunk = Buffer.alloc(1024 * 1024);
    const keepLine = (text: string): void => {
      const [line] = parseLine<Line>(text);
      if (line && keep(line)) writeSync(file, `${text}\n`);
    };
    let rest = Buffer.alloc(0);
    for (let at = 0; ; ) {
      const read = readSync(this.#file, chunk, 0, chunk.length, at);
      if (read === 0) break;
      at += read;
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      const end = bytes.lastIndexOf(NEWLINE);
      for (const text of bytes.subarray(0, Math.max(0, end)).toString('utf8').split('\n')) keepLine(text);
      rest = bytes.subarray(end + 1);
    }
    keepLine(rest.toString('utf8'));
    closeSync(file);
    renameSync(draft, this.#path);
    closeSync(this.#file);
    this.#file = openSync(this.#path, 'a+', 0o600);
    this.#torn = false;
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
