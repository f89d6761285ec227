// A thread that reads a workbook whole and tells what tables are in it; see inspectFile.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { isBlankRow } from './cellShape.ts';
import { describeTable } from './describeTable.ts';
import { readWorkbook } from './readWorkbook.ts';
import type { Dialect, SourceTable } from './sourceTable.ts';

/** What a workbook holds; nothing at all where it could not be read. */
export interface WorkbookFound {
  tables: SourceTable[];
  leftOut: { name: string; code: string }[];
}

const DIALECT: Dialect = { delimiter: ',', runs: false, quote: '"', escape: 'doubled', newline: '\n' };

async function findSheets(path: string): Promise<WorkbookFound> {
  const found: WorkbookFound = { tables: [], leftOut: [] };
  for (const { name, rows } of await readWorkbook(path).catch(() => [])) {
    if (rows.every(isBlankRow)) {
      found.leftOut.push({ name, code: 'file_empty' });
      continue;
    }
    const container = { kind: 'xlsx', sheet: name } as const;
    found.tables.push(
      describeTable(rows, 1, { id: `sheet-${name}`, name, container, encoding: 'utf-8', dialect: DIALECT }),
    );
  }
  return found;
}

parentPort?.postMessage(await findSheets(workerData as string));
