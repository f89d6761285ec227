// A worker thread that reads a table and tells how many rows it has.
import { parentPort, workerData } from 'node:worker_threads';
import { readRows } from '../../../../core/imports/reading/readRows.ts';
import type { SourceTable } from '../../../../core/imports/reading/sourceTable.ts';

const { path, table } = workerData as { path: string; table: SourceTable };
let count = 0;
for await (const batch of readRows(path, table)) count += batch.rows.length;
parentPort?.postMessage(count);
