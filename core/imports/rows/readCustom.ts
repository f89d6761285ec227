import {
  type CustomField,
  type CustomValue,
  LATEST_DAY,
  readCustomText,
  toCustomValue,
} from '../../customers/customField.ts';
import { startOfLocalDay } from '../../time.ts';
import { readDay } from '../cells/readDate.ts';
import { numberReader, toMinorUnits } from '../cells/readNumber.ts';
import { asOrder, columnsOf, type Plan, type PlanColumn } from '../plan.ts';
import type { Problem } from './problem.ts';

const DAY_MS = 24 * 3600_000;

/** Makes the reader of the columns that hold fields of the shop's own. */
export function customReader(plan: Plan): (row: readonly string[], problems: Problem[]) => Record<string, CustomValue> {
  const columns = columnsOf(plan, 'custom').flatMap((column) =>
    column.own ? [{ column, key: column.own.key, read: cellReader(plan, column, column.own) }] : [],
  );
  return (row, problems) => {
    const values: Record<string, CustomValue> = {};
    for (const { column, key, read } of columns) {
      const cell = row[column.index] ?? '';
      if (cell.trim() === '') continue;
      const value = read(cell);
      if (value === null) problems.push({ reason: 'custom_unreadable', column: column.name, cell });
      else values[key] = value;
    }
    return values;
  };
}

function cellReader({ shop }: Plan, column: PlanColumn, own: CustomField): (cell: string) => CustomValue | null {
  const read = numberReader(column.decimal ?? '.');
  const order = asOrder(column.dateOrder);
  switch (own.type) {
    case 'number':
      return (cell) => (Number.isNaN(read(cell)) ? null : read(cell));
    case 'money':
      return (cell) => (read(cell) >= 0 ? toMinorUnits(read(cell), shop.minorDigits) : null);
    case 'date':
      return (cell) => {
        const at = readDay(cell, order, LATEST_DAY);
        return Number.isNaN(at) ? null : startOfLocalDay(at / DAY_MS, shop.timeZone);
      };
    default:
      return (cell) => {
        const text = readCustomText(own, cell, '');
        return text === null ? null : toCustomValue(own, text, shop.timeZone);
      };
  }
}
