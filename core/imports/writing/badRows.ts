import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { csvRow } from '../../csv/writeCsv.ts';
import type { Plan } from '../plan.ts';
import { fateOf, type Problem } from '../rows/problem.ts';

/** Rows that went in without some of their cells, that were left out on purpose, and that could not go in. */
export interface BadRowCounts {
  partly: number;
  skipped: number;
  failed: number;
}

/** Collects the rows that have problems into a CSV file: the file's own columns, the line, and the reason in words. */
export class BadRows {
  readonly counts: BadRowCounts = { partly: 0, skipped: 0, failed: 0 };
  readonly #path: string;
  readonly #plan: Plan;
  #stream: WriteStream | null = null;
  #failure: Error | null = null;

  constructor(path: string, plan: Plan) {
    this.#path = path;
    this.#plan = plan;
  }

  /** Adds a row with what is wrong with it. */
  add(row: readonly string[], line: number, problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    this.counts[fateOf(problems)] += 1;
    const width = this.#plan.table.header.length;
    // Of someone who was erased only the line is named.
    const shown = problems.some(({ reason }) => reason === 'erased') ? [] : row;
    const cells = Array.from({ length: Math.max(width, shown.length) }, (_, i) => shown[i] ?? '');
    // Cells beyond the last column stand behind the reason, so that the columns before it keep their places.
    const extra = cells.slice(width);
    const reason = problems.map((problem) => explain(this.#plan, problem)).join(' ');
    this.#open().write(csvRow([...cells.slice(0, width), String(line), reason, ...extra]));
  }

  /** Waits while the disk is behind; throws what went wrong with the file. */
  async settle(): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#stream?.writableNeedDrain) await once(this.#stream, 'drain');
    if (this.#failure) throw this.#failure;
  }

  /** Closes the file; its path, or null where no row was bad. */
  async close(): Promise<string | null> {
    if (!this.#stream) return null;
    await this.settle();
    this.#stream.end();
    await finished(this.#stream);
    return this.#path;
  }

  #open(): WriteStream {
    if (this.#stream) return this.#stream;
    this.#stream = createWriteStream(this.#path, { mode: 0o600 });
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
    const { header } = this.#plan.table;
    this.#stream.write(
      `\ufeff${csvRow([...header, this.#plan.words.line ?? 'Line', this.#plan.words.reason ?? 'Reason'])}`,
    );
    return this.#stream;
  }
}

/** A problem in the member's words. */
export function explain(plan: Pick<Plan, 'words'>, { reason, column, cell }: Problem): string {
  const shown = cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
  return (plan.words[reason] ?? reason).replaceAll('[column]', () => column).replaceAll('[cell]', () => shown);
}
