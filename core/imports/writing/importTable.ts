import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import type { Import, ImportCounts } from '../import.model.ts';
import { planSchema } from '../plan.ts';
import { BadRows } from './badRows.ts';
import { importCustomers } from './importCustomers.ts';
import { importProducts } from './importProducts.ts';
import { importSales } from './importSales.ts';
import { countJournal, type Journalled } from './journal.ts';
import type { Run } from './run.ts';
import type { Source, Tally } from './source.ts';

/** What an import came to; `badRows` is the path of the CSV with the rows that had problems. */
export interface ImportResult {
  counts: ImportCounts;
  badRows: string | null;
}

/**
 * Puts one table into the database. Every step may be repeated: a run that was cut off is simply run again, finds what it
 * has written by the ids it would give it again and by content, and goes on. Throws the signal's reason when aborted.
 */
export async function importTable(db: Database, doc: Import, source: Source): Promise<ImportResult> {
  const plan = planSchema.parse(doc.plan);
  const badRows = new BadRows(join(source.folder, 'bad-rows.csv'), plan);
  const run: Run = {
    db,
    shopId: doc.shopId,
    importId: doc._id,
    plan,
    startedAt: doc.startedAt ?? doc.createdAt,
    badRows,
    again: (await db.importJournal.findOne({ importId: doc._id }, { projection: { _id: 1 } })) !== null,
  };
  const tally = await importRows(run, source);
  const path = await badRows.close();
  return { counts: await countAll(run, tally), badRows: path };
}

function importRows(run: Run, source: Source): Promise<Tally> {
  switch (run.plan.kind) {
    case 'customers':
      return importCustomers(run, source);
    case 'products':
      return importProducts(run, source);
    case 'orders':
    case 'order_lines':
      return importSales(run, source);
    default:
      return run.plan.kind satisfies never;
  }
}

/** Made and changed are counted in the journal, so that they are what really changed, also after a crash. */
async function countAll(run: Run, tally: Tally): Promise<ImportCounts> {
  const count = async (collection: Journalled, total: number) => {
    const { created, updated } = await countJournal(run, collection);
    return { created, updated, unchanged: Math.max(0, total - created - updated) };
  };
  const orders = await count('orders', tally.orders);
  const customers = await count('customers', tally.customers);
  const products = await count('products', tally.products);
  return {
    orders,
    customers,
    products,
    created: orders.created + customers.created + products.created,
    updated: orders.updated + customers.updated + products.updated,
    unchanged: orders.unchanged + customers.unchanged + products.unchanged,
    sales: tally.sales,
    rows: tally.rows,
    ...run.badRows.counts,
  };
}
