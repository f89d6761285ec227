import type { CustomType } from '../customers/customField.ts';
import { foldText } from '../segments/rule/foldText.ts';
import type { Shop } from '../shops/shop.model.ts';
import { weighDates } from './cells/readDate.ts';
import { decideDecimal, numberReader } from './cells/readNumber.ts';
import { phoneReader } from './cells/readPhone.ts';
import { readCustomerType, readEmail, readStatus, readYesNo } from './cells/readWord.ts';
import { DATE_FIELDS, FIELDS_OF, type Field, NUMBER_FIELDS, REPEATABLE } from './fields.ts';
import { fieldOfHeader } from './headerWords.ts';
import type { ImportKind } from './import.model.ts';
import type { PlanColumn } from './plan.ts';
import type { SourceTable } from './reading/sourceTable.ts';

/** What a table seems to be; `kind` null: nothing in it is known. */
export interface Recognition {
  readonly kind: ImportKind | null;
  readonly columns: readonly PlanColumn[];
}

/** What a column's cells look like: shares of the filled ones, 0 to 1. */
interface Shape {
  filled: number;
  phone: number;
  email: number;
  date: number;
  number: number;
  letters: number;
  status: number;
  customerType: number;
  /** no value comes twice */
  unique: boolean;
}

type Sheet = Pick<SourceTable, 'header' | 'layout' | 'sample'>;

/** Tells from header words and the values' shape what a table holds, and which column is which field. */
export function recogniseTable(
  table: Sheet,
  { country, customFields = [] }: Pick<Shop, 'country' | 'customFields'>,
  wanted?: ImportKind,
): Recognition {
  const shapes = table.header.map((_, index) => shapeOf(table, index, country));
  const columns = table.header.map((name, index): PlanColumn => {
    const named = table.layout.headerRows > 0 ? fieldOfHeader(name) : null;
    const shape = shapes[index] as Shape;
    const own = table.layout.headerRows > 0 && customFields.find((field) => foldText(field.name) === foldText(name));
    if (own) return { index, name, field: 'custom', own, confidence: 1 };
    const guess = named && fits(named.field, shape) ? named : guessByShape(shape, named?.field ?? null);
    return { index, name, field: guess?.field ?? null, confidence: guess?.confidence ?? 0 };
  });
  const kind = wanted ?? kindOf(columns, shapes);
  return { kind, columns: kind ? withoutTotals(table, settle(columns, shapes, kind), kind) : columns };
}

/** Beside quantity and price, an amount that is not their product belongs to the whole order: it is none of a line's. */
function withoutTotals(table: Sheet, columns: PlanColumn[], kind: ImportKind): PlanColumn[] {
  const at = (field: Field): number => columns.find((column) => column.field === field)?.index ?? -1;
  const [quantity, price, amount] = [at('quantity'), at('unitPrice'), at('amount')];
  if (kind !== 'order_lines' || quantity < 0 || price < 0 || amount < 0) return columns;
  const readers = [quantity, price, amount].map((index) => ({
    index,
    read: numberReader(decideDecimal(table.sample.map((row) => row[index] ?? ''))),
  }));
  const rows = table.sample
    .map((row) => readers.map(({ index, read }) => read(row[index] ?? '')))
    .filter((values) => !values.some(Number.isNaN));
  const near = rows.filter(
    ([count = 0, each = 0, sum = 0]) => Math.abs(Math.abs(count * each) - Math.abs(sum)) <= Math.abs(sum) * 0.3 + 0.01,
  );
  if (near.length * 2 >= rows.length) return columns;
  return columns.map((column) => (column.index === amount ? { ...column, field: null, confidence: 0 } : column));
}

function shapeOf(table: Sheet, index: number, country: string): Shape {
  const cells = table.sample.map((row) => (row[index] ?? '').trim()).filter((cell) => cell !== '');
  const share = (test: (cell: string) => boolean): number =>
    cells.length === 0 ? 0 : cells.filter(test).length / cells.length;
  const readPhone = phoneReader(country);
  const [point, comma] = [numberReader('.'), numberReader(',')];
  const dates = weighDates(cells);
  return {
    filled: cells.length,
    phone: share((cell) => {
      const read = readPhone(cell);
      return 'phones' in read || read.problem === 'phone_digits_lost';
    }),
    email: share((cell) => readEmail(cell) !== null),
    date: dates.total === 0 ? 0 : 1 - dates.unreadable / dates.total,
    number: share((cell) => !Number.isNaN(point(cell)) || !Number.isNaN(comma(cell))),
    letters: share((cell) => /\p{L}/u.test(cell)),
    status: share((cell) => readStatus(cell) !== null),
    customerType: share((cell) => readCustomerType(cell) !== null),
    unique: new Set(cells).size === cells.length,
  };
}

/** What a field of the shop's own would best hold for a column. */
export function customTypeOf(table: Sheet, index: number, country: string): CustomType {
  const shape = shapeOf(table, index, country);
  const cells = table.sample.map((row) => (row[index] ?? '').trim()).filter((cell) => cell !== '');
  if (shape.filled === 0) return 'text';
  if (cells.every((cell) => /\p{L}/u.test(cell) && readYesNo(cell) !== null)) return 'yesno';
  if (shape.date === 1 && shape.number < 0.5) return 'date';
  // A leading 0 and many digits are an identifier's.
  return shape.number === 1 && !cells.some((cell) => /^0\d|^\d{10,}$/.test(cell)) ? 'number' : 'text';
}

/** Whether the cells do not speak against the header; an empty column speaks for nothing. */
function fits(field: Field, shape: Shape): boolean {
  if (shape.filled === 0) return true;
  if (field === 'phone') return shape.phone >= 0.3;
  if (field === 'email') return shape.email >= 0.3;
  if (DATE_FIELDS.has(field)) return shape.date >= 0.4;
  if (NUMBER_FIELDS.has(field)) return shape.number >= 0.4;
  if (field === 'status' || field === 'customerType') return shape[field] >= 0.5;
  if (field.startsWith('marketing')) return shape.phone < 0.5 && shape.email < 0.5;
  return !(field === 'name' && (shape.phone > 0.8 || shape.email > 0.8 || shape.letters < 0.2));
}

/** Shape alone: sure enough for emails, phones and dates, never for plain numbers. */
function guessByShape(shape: Shape, refused: Field | null): { field: Field; confidence: number } | null {
  if (shape.filled < 2) return null;
  if (shape.email >= 0.8) return { field: 'email', confidence: 0.8 };
  if (shape.phone >= 0.8 && shape.date < 0.5) return { field: 'phone', confidence: 0.6 };
  if (shape.date >= 0.9 && shape.number < 0.5) return { field: 'date', confidence: 0.5 };
  // A header that says "contact" over letters: the person's name.
  return refused === 'phone' && shape.number < 0.2 ? { field: 'name', confidence: 0.5 } : null;
}

function kindOf(columns: readonly PlanColumn[], shapes: readonly Shape[]): ImportKind | null {
  const at = (field: Field): PlanColumn | undefined =>
    columns.filter((column) => column.field === field).sort((a, b) => b.confidence - a.confidence)[0];
  const has = (...fields: Field[]): boolean => fields.some((field) => at(field) !== undefined);
  const unique = (field: Field): boolean => {
    const column = at(field);
    return column !== undefined && (shapes[column.index]?.unique ?? false);
  };
  const sold = has('sku', 'productName');
  const worth = has('amount', 'unitPrice', 'quantity');
  const contact = has(
    'phone',
    'email',
    'birthday',
    'gender',
    'firstName',
    'marketing',
    'marketingSms',
    'marketingEmail',
  );
  if (has('orderNumber') && (has('date') || worth || sold)) {
    return sold || (!unique('orderNumber') && has('quantity', 'unitPrice')) ? 'order_lines' : 'orders';
  }
  // "Total spent" and "last order" stand in lists of customers as well: there each person comes once.
  const listed = unique('customerId') || unique('phone') || unique('email');
  if (contact && !sold && (listed || !(has('date') && worth))) return 'customers';
  if (has('date') && worth) return sold ? 'order_lines' : 'orders';
  if (sold && !contact) return has('sku') || worth || has('category') ? 'products' : null;
  if (has('customerId') && has('name', 'city', 'country', 'gender', 'birthday', 'language')) return 'customers';
  return contact ? 'customers' : null;
}

/** Fits the columns to the kind: every field that takes one column has one, and names that mean something else here move. */
function settle(columns: readonly PlanColumn[], shapes: readonly Shape[], kind: ImportKind): PlanColumn[] {
  const allowed = new Set(FIELDS_OF[kind]);
  const has = (field: Field): boolean => columns.some((column) => column.field === field);
  const moved = columns.map((column): PlanColumn => {
    const field = moveField(column, kind, has, shapes[column.index]?.unique ?? false);
    return { ...column, field: field !== null && allowed.has(field) ? field : null };
  });
  const best = new Map<Field, PlanColumn>();
  for (const column of moved) {
    if (column.field === null || REPEATABLE.has(column.field)) continue;
    const rival = best.get(column.field);
    if (!rival || column.confidence > rival.confidence) best.set(column.field, column);
  }
  return moved.map((column) =>
    column.field === null || REPEATABLE.has(column.field) || best.get(column.field) === column
      ? column
      : { ...column, field: null, confidence: 0 },
  );
}

function moveField(
  column: PlanColumn,
  kind: ImportKind,
  has: (field: Field) => boolean,
  unique: boolean,
): Field | null {
  const { field } = column;
  if (kind === 'products') {
    if (field === 'name' && !has('productName')) return 'productName';
    if (field === 'customerId' && !has('sku')) return 'sku';
    if (field === 'amount' && !has('unitPrice')) return 'unitPrice';
    return field;
  }
  // A bare "ID" over sales names the sale if it never comes twice, else the buyer.
  const bare = /^id$/i.test(column.name.trim());
  if (kind !== 'customers' && field === 'customerId' && bare && unique && !has('orderNumber')) return 'orderNumber';
  if (kind === 'orders' && field === 'unitPrice' && !has('amount')) return 'amount';
  return field;
}
