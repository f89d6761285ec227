import { dateReader } from '../cells/readDate.ts';
import { numberReader, roundMoney, toMinorUnits } from '../cells/readNumber.ts';
import { readId, readText } from '../cells/readWord.ts';
import { asOrder, columnsOf, type Plan, type PlanColumn } from '../plan.ts';
import { memoise } from './memoise.ts';
import type { Problem } from './problem.ts';

/** What one row says of a sale. Money in minor units; `unitPrice` may hold fractions of one. */
export interface Line {
  number: string;
  /** milliseconds since 1970 */
  at: number;
  sku: string;
  /** as the cell has it: most rows repeat their product's, so it is cleaned where it is kept */
  productName: string;
  category: string;
  quantity: number;
  unitPrice: number;
  amount: number;
}

/** A line before its first row: readers fill the same one again and again. */
export function emptyLine(): Line {
  return { number: '', at: 0, sku: '', productName: '', category: '', quantity: 1, unitPrice: 0, amount: 0 };
}

type Cells = readonly string[];

/** Makes the reader of a plan's sale columns: fills `line` and returns true, or adds what is wrong and returns false. */
export function lineReader(plan: Plan): (row: Cells, line: Line, problems: Problem[]) => boolean {
  const number = textColumn(plan, 'orderNumber');
  const sku = textColumn(plan, 'sku');
  const productName = textColumn(plan, 'productName');
  const category = textColumn(plan, 'category');
  const readAt = momentReader(plan);
  const readMoney = moneyReader(plan);
  return (row, line, problems) => {
    const before = problems.length;
    line.number = number.read(row);
    if (line.number === '' && number.column)
      problems.push({ reason: 'order_number_missing', column: number.column.name, cell: '' });
    line.productName = productName.column ? (row[productName.column.index] ?? '') : '';
    line.sku = sku.read(row) || productName.read(row);
    line.category = category.read(row);
    if (line.sku === '' && plan.kind === 'order_lines') {
      const column = sku.column ?? productName.column;
      if (column) problems.push({ reason: 'product_missing', column: column.name, cell: '' });
    }
    readAt(row, line, problems);
    readMoney(row, line, problems);
    return problems.length === before;
  };
}

/** Reads a product row: its key is the code, else the name. False and a problem where it has neither. */
export function productReader(plan: Plan): (row: Cells, line: Line, problems: Problem[]) => boolean {
  const sku = textColumn(plan, 'sku');
  const productName = textColumn(plan, 'productName');
  const category = textColumn(plan, 'category');
  const price = columnsOf(plan, 'unitPrice')[0];
  const read = numberReader(price?.decimal ?? '.');
  return (row, line, problems) => {
    line.productName = productName.column ? (row[productName.column.index] ?? '') : '';
    line.sku = sku.read(row) || productName.read(row);
    line.category = category.read(row);
    const cell = price ? (row[price.index] ?? '') : '';
    const value = cell.trim() === '' ? Number.NaN : read(cell);
    line.unitPrice = toMinorUnits(value, plan.shop.minorDigits);
    if (line.sku === '') problems.push({ reason: 'product_missing', column: '', cell: '' });
    if (cell.trim() !== '' && Number.isNaN(value))
      problems.push({ reason: 'number_unreadable', column: price?.name ?? '', cell });
    return problems.length === 0;
  };
}

function textColumn(plan: Plan, field: PlanColumn['field']): { column?: PlanColumn; read: (row: Cells) => string } {
  const column = columnsOf(plan, field)[0];
  if (!column) return { read: () => '' };
  const { index } = column;
  const clean = memoise(field === 'sku' || field === 'orderNumber' ? readId : (cell) => readText(cell));
  return { column, read: (row) => clean(row[index] ?? '') };
}

function momentReader(plan: Plan): (row: Cells, line: Line, problems: Problem[]) => void {
  const [date] = columnsOf(plan, 'date');
  const [time] = columnsOf(plan, 'time');
  if (!date) throw new Error('A plan of sales without a date column');
  const read = memoise(dateReader(asOrder(date.dateOrder), plan.shop.timeZone));
  return (row, line, problems) => {
    const cell = row[date.index] ?? '';
    if (cell === '' || cell.trim() === '') {
      problems.push({ reason: 'date_missing', column: date.name, cell: '' });
      return;
    }
    const clock = time ? (row[time.index] ?? '').trim() : '';
    line.at = clock === '' ? read(cell) : read(`${cell.trim()} ${clock}`);
    if (Number.isNaN(line.at))
      problems.push({ reason: 'date_unreadable', column: date.name, cell: clock ? `${cell} ${clock}` : cell });
  };
}

/** A row's quantity (1 where the file has none), price and amount; either of the two is worked out from the other. */
function moneyReader(plan: Plan): (row: Cells, line: Line, problems: Problem[]) => void {
  const column = (field: PlanColumn['field']) => {
    const [found] = columnsOf(plan, field);
    return found && { index: found.index, name: found.name, read: memoise(numberReader(found.decimal ?? '.')) };
  };
  const quantity = plan.kind === 'order_lines' ? column('quantity') : undefined;
  const price = column('unitPrice');
  const amount = column('amount');
  const { minorDigits } = plan.shop;
  const minor = (value: number): number => toMinorUnits(value, minorDigits);
  const cellOf = (
    from: { index: number; name: string; read: (cell: string) => number } | undefined,
    row: Cells,
    problems: Problem[],
  ): number | undefined => {
    if (!from) return undefined;
    const cell = row[from.index] ?? '';
    if (cell === '' || cell.trim() === '') return undefined;
    const value = from.read(cell);
    if (Number.isNaN(value)) problems.push({ reason: 'number_unreadable', column: from.name, cell });
    return value;
  };
  return (row, line, problems) => {
    const before = problems.length;
    const count = cellOf(quantity, row, problems);
    const each = cellOf(price, row, problems);
    const total = cellOf(amount, row, problems);
    if (problems.length > before) return;
    if (quantity && count === undefined) problems.push({ reason: 'quantity_missing', column: quantity.name, cell: '' });
    if (each === undefined && total === undefined) {
      problems.push({ reason: 'price_missing', column: (price ?? amount)?.name ?? '', cell: '' });
    }
    line.quantity = count ?? 1;
    const given = minor(total ?? 0);
    // The total of a return is written with either sign; its quantity tells.
    const sum = line.quantity < 0 ? -Math.abs(given) : given;
    line.unitPrice = each !== undefined ? minor(each) : unitOf(sum, line.quantity);
    line.amount = roundMoney(total !== undefined ? sum : line.quantity * line.unitPrice);
  };
}

function unitOf(amount: number, quantity: number): number {
  return quantity === 0 ? 0 : Math.round((amount / quantity) * 1e6) / 1e6;
}
