import { readRows } from '../reading/readRows.ts';
import { emptyLine, productReader } from '../rows/readLine.ts';
import { ProductWriter } from './productWriter.ts';
import type { Run } from './run.ts';
import { extraCells, NO_SALES, type Source, type Tally } from './source.ts';

/** Imports a file of products, a row a product; the last row of a code has the last word. */
export async function importProducts(run: Run, source: Source): Promise<Tally> {
  const { plan, badRows } = run;
  const read = productReader(plan);
  const products = new ProductWriter(run);
  const width = plan.table.header.length;
  const line = emptyLine();
  let rows = 0;
  for await (const batch of readRows(source.path, plan.table, { signal: source.signal })) {
    for (const [i, row] of batch.rows.entries()) {
      const problems = extraCells(row, width);
      if (read(row, line, problems)) products.add(line, rows + i, !Number.isNaN(line.unitPrice));
      else badRows.add(row, batch.lines[i] ?? 0, problems);
    }
    rows += batch.rows.length;
    if (products.isFull) await products.flush();
    source.report(rows, rows, batch.bytesRead / batch.bytesTotal);
    await badRows.settle();
  }
  await products.flush();
  return { rows, orders: 0, products: products.total, customers: 0, sales: NO_SALES };
}
