import type { SalesCounts } from '../import.model.ts';
import type { Problem } from '../rows/problem.ts';

/** Where an import's rows come from, and who is told how far it is. */
export interface Source {
  /** the stored file */
  readonly path: string;
  /** an existing folder for what does not fit into memory */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** `done` in rows' worth of work, `rows` read so far, `share` of the file read (0 to 1) */
  report(done: number, rows: number, share: number): void;
}

/** What an import has dealt with: rows of the file and the distinct documents that they are about. */
export interface Tally {
  rows: number;
  orders: number;
  products: number;
  customers: number;
  sales: SalesCounts;
}

export const NO_SALES: SalesCounts = { amount: 0, withoutCustomer: 0, returns: 0 };

/** A row with filled cells beyond the last column has slipped: its values may stand under the wrong names. */
export function extraCells(row: readonly string[], width: number): Problem[] {
  for (let i = width; i < row.length; i++) {
    const cell = row[i] ?? '';
    if (cell.trim() !== '') return [{ reason: 'extra_cells', column: '', cell }];
  }
  return [];
}
