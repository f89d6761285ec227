import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inspection, inspectFile } from '../../../../core/imports/reading/inspectFile.ts';
import { readRows } from '../../../../core/imports/reading/readRows.ts';
import type { ReadingNote, SourceTable } from '../../../../core/imports/reading/sourceTable.ts';

const dir = mkdtempSync(join(tmpdir(), 'kade-reading-'));
let count = 0;

/** Writes a file and answers its path. */
export function fileOf(data: Buffer | string): string {
  const path = join(dir, `${process.pid}-${count++}`);
  writeFileSync(path, data);
  return path;
}

/** Everything one table of a file holds. */
export interface Read {
  inspection: Inspection;
  table: SourceTable;
  header: readonly string[];
  rows: string[][];
  lines: number[];
  notes: ReadingNote[];
}

/** Inspects data as a file and reads one of its tables to the end. */
export async function readAll(data: Buffer | string, index = 0): Promise<Read> {
  const path = fileOf(data);
  const inspection = await inspectFile(path, 'data.csv');
  const table = inspection.tables[index];
  if (!table) throw new Error('no such table');
  const rows: string[][] = [];
  const lines: number[] = [];
  const notes: ReadingNote[] = [];
  for await (const batch of readRows(path, table)) {
    rows.push(...batch.rows);
    lines.push(...batch.lines);
    notes.push(...batch.notes);
  }
  return { inspection, table, header: table.header, rows, lines, notes };
}

/** The code with which reading this is refused; fails when it is not. */
export async function refusal(data: Buffer | string): Promise<{ code: string; params: object }> {
  try {
    await readAll(data);
  } catch (error) {
    const { code, params } = error as { code: string; params: object };
    if (code) return { code, params };
    throw error;
  }
  throw new Error('was not refused');
}
