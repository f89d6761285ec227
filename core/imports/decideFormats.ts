import { decideDateOrder, weighDates } from './cells/readDate.ts';
import { decideDecimal } from './cells/readNumber.ts';
import { DATE_FIELDS, NUMBER_FIELDS } from './fields.ts';
import type { PlanColumn } from './plan.ts';

/** Adds to each date and number column how its cells are written, decided from all the distinct cells given for it. */
export function decideFormats(
  columns: readonly PlanColumn[],
  cells: ReadonlyMap<number, ReadonlySet<string>>,
): PlanColumn[] {
  return columns.map((column) => {
    const { field } = column;
    const seen = cells.get(column.index) ?? new Set<string>();
    const plain: PlanColumn = { index: column.index, name: column.name, field, confidence: column.confidence };
    if (field === null) return plain;
    // What a member chose stays.
    if (DATE_FIELDS.has(field)) {
      return { ...plain, dateOrder: column.dateOrder ?? decideDateOrder(weighDates(seen)) };
    }
    return NUMBER_FIELDS.has(field) ? { ...plain, decimal: decideDecimal(seen) } : plain;
  });
}
