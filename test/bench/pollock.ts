// Pollock (Vitagliano et al., "Pollock: A Data Loading Benchmark", PVLDB 2023): 2,290 polluted files through Kade's own
// sniffing and reading, told nothing but the files' bytes, scored by the shared scorer (10 is perfect).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KadeError } from '../../core/errors.ts';
import { inspectFile } from '../../core/imports/reading/inspectFile.ts';
import { readRows } from '../../core/imports/reading/readRows.ts';

const shared = resolve(process.env.KADE_SHARED ?? '../shared', 'data/csv_messy');

export interface PollockFigures {
  simple: number;
  weighted: number;
  files: number;
  /** Files that ended in a refusal, by code. */
  refused: Record<string, number>;
  seconds: number;
}

/** Reads every polluted file and scores what came out; throws where a file ends in anything but tables or a refusal. */
export async function benchPollock(): Promise<PollockFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'kade-pollock-'));
  try {
    execFileSync('tar', ['xzf', join(shared, 'pollock_polluted_files.tar.gz'), '-C', dir]);
    const root = join(dir, 'polluted_files');
    const names = readdirSync(join(root, 'csv')).sort();
    const refused: Record<string, number> = {};
    const lines: string[] = [];
    const started = performance.now();
    for (const file of names) {
      let rows: string[][] | null;
      try {
        rows = await loadFirstTable(join(root, 'csv', file));
      } catch (error) {
        if (!(error instanceof KadeError)) throw error;
        refused[error.code] = (refused[error.code] ?? 0) + 1;
        // A file of no bytes is rightly said to be empty: the table without rows that the benchmark expects of it.
        rows = error.code === 'file_empty' ? [] : null;
      }
      lines.push(JSON.stringify({ file, rows }));
    }
    const seconds = (performance.now() - started) / 1000;
    const loaded = process.env.KADE_POLLOCK_OUT ?? join(dir, 'loaded.jsonl');
    writeFileSync(loaded, `${lines.join('\n')}\n`);
    const out = execFileSync('python3', [join(shared, 'pollock_score.py'), root, loaded], { encoding: 'utf8' });
    const figure = (name: string): number => Number(new RegExp(`${name} ([\\d.]+)`).exec(out)?.[1]);
    if (process.env.KADE_POLLOCK_OUT) console.log(out);
    return { simple: figure('simple'), weighted: figure('weighted'), files: names.length, refused, seconds };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The file's first table as the benchmark wants it: header rows (several are joined cell by cell with a blank), then the
 * rows until the header comes again.
 */
async function loadFirstTable(path: string): Promise<string[][]> {
  const { tables } = await inspectFile(path, 'data');
  const [table] = tables;
  if (!table) return [];
  const rows: string[][] = [];
  const [top, ...more] = table.headerLines;
  if (top) rows.push(top.map((cell, column) => [cell, ...more.map((line) => line[column] ?? '')].join(' ').trim()));
  for await (const batch of readRows(path, table)) {
    if (batch.section > 0) break;
    for (const row of batch.rows) rows.push(row);
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await benchPollock());
