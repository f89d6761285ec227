import { readRows } from '../reading/readRows.ts';
import type { Problem } from '../rows/problem.ts';
import { personReader } from '../rows/readPerson.ts';
import { PeopleWriter, type PersonRow } from './peopleWriter.ts';
import type { Run } from './run.ts';
import { extraCells, NO_SALES, type Source, type Tally } from './source.ts';

const BATCH = 1_000;

interface Waiting extends PersonRow {
  row: string[];
  line: number;
  problems: Problem[];
}

/** Imports a file of customers, a row a person; one person is found again by the file's id, a phone or an email. */
export async function importCustomers(run: Run, source: Source): Promise<Tally> {
  const { plan, badRows } = run;
  const read = personReader(plan, run.startedAt);
  const writer = new PeopleWriter(run, 'overwrite');
  const width = plan.table.header.length;
  const seen = new Set<string>();
  const save = async (batch: Waiting[]): Promise<void> => {
    const settled = await writer.write(batch);
    for (const [i, { row, line, problems }] of batch.entries()) {
      const { customerId, problems: more } = settled[i] ?? { customerId: null, problems: [] };
      if (customerId) seen.add(customerId.toHexString());
      badRows.add(row, line, customerId ? [...problems, ...more] : more);
    }
  };
  let writing = Promise.resolve();
  let rows = 0;
  for await (const batch of readRows(source.path, plan.table, { batchRows: BATCH, signal: source.signal })) {
    const waiting: Waiting[] = [];
    for (const [i, row] of batch.rows.entries()) {
      const line = batch.lines[i] ?? 0;
      const problems = extraCells(row, width);
      const serial = rows + i;
      const person = read(row, problems);
      if (person.key === '') problems.push({ reason: 'nobody', column: '', cell: '' });
      if (person.key === '' || problems.some(({ reason }) => reason === 'extra_cells'))
        badRows.add(row, line, problems);
      else waiting.push({ person, serial, row, line, problems });
    }
    rows += batch.rows.length;
    await writing;
    writing = save(waiting);
    writing.catch(() => undefined);
    source.report(rows, rows, batch.bytesRead / batch.bytesTotal);
    await badRows.settle();
  }
  await writing;
  return { rows, orders: 0, products: 0, customers: seen.size, sales: NO_SALES };
}
