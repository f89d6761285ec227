import { decideDateOrder, weighDates } from './cells/readDate.ts';
import { decideDecimal } from './cells/readNumber.ts';
import { holdsDates, holdsNumbers } from './fields.ts';
import type { PlanColumn } from './plan.ts';

/** Adds to each date and number column how its cells are written, decided from all the distinct cells given for it. */
export function decideFormats(
  columns: readonly PlanColumn[],
  cells: ReadonlyMap<number, ReadonlySet<string>>,
): PlanColumn[] {
  return columns.map((column) => {
    const { field } = column;
    const seen = cells.get(column.index) ?? new Set<string>();
    const { index, name, confidence, own } = column;
    const plain: PlanColumn = { index, name, field, confidence, ...(own ? { own } : {}) };
    if (field === null) return plain;
    // What a member chose stays.
    if (holdsDates(column)) {
      return { ...plain, dateOrder: column.dateOrder ?? decideDateOrder(weighDates(seen)) };
    }
    return holdsNumbers(column) ? { ...plain, decimal: decideDecimal(seen) } : plain;
  });
}
