import type { CustomField } from '../customers/customField.ts';
import type { ImportKind } from './import.model.ts';

/** What a column can hold. */
export const FIELDS = [
  'customerId',
  'name',
  'firstName',
  'lastName',
  'phone',
  'email',
  'city',
  'country',
  'birthday',
  'gender',
  'language',
  'customerType',
  'status',
  'company',
  'industry',
  'custom',
  'marketing',
  'marketingSms',
  'marketingWhatsapp',
  'marketingEmail',
  'orderNumber',
  'date',
  'time',
  'sku',
  'productName',
  'category',
  'quantity',
  'unitPrice',
  'amount',
] as const;
export type Field = (typeof FIELDS)[number];

const PERSON: readonly Field[] = ['customerId', 'name', 'firstName', 'lastName', 'phone', 'email', 'city', 'country'];
const WISHES: readonly Field[] = ['marketing', 'marketingSms', 'marketingWhatsapp', 'marketingEmail'];
const PROFILE: readonly Field[] = [
  'birthday',
  'gender',
  'language',
  'customerType',
  'status',
  'company',
  'industry',
  'custom',
];
const ORDER: readonly Field[] = ['orderNumber', 'date', 'time'];

/** The fields that each kind of table takes. */
export const FIELDS_OF: Readonly<Record<ImportKind, readonly Field[]>> = {
  customers: [...PERSON, ...PROFILE, ...WISHES],
  orders: [...ORDER, 'amount', ...PERSON, ...WISHES],
  order_lines: [...ORDER, 'sku', 'productName', 'category', 'quantity', 'unitPrice', 'amount', ...PERSON, ...WISHES],
  products: ['sku', 'productName', 'category', 'unitPrice'],
};

/** Fields that several columns of one table may share: two phones, two emails, the shop's own. */
export const REPEATABLE: ReadonlySet<Field> = new Set(['phone', 'email', 'custom']);

/** Fields read as dates, and as numbers. */
export const DATE_FIELDS: ReadonlySet<Field> = new Set(['date', 'birthday']);
export const NUMBER_FIELDS: ReadonlySet<Field> = new Set(['quantity', 'unitPrice', 'amount']);

/** A column, and the field of the shop's own that it holds, if it does. */
interface Held {
  readonly field: Field | null;
  readonly own?: CustomField | undefined;
}

export function holdsDates({ field, own }: Held): boolean {
  return field !== null && (DATE_FIELDS.has(field) || own?.type === 'date');
}

export function holdsNumbers({ field, own }: Held): boolean {
  return field !== null && (NUMBER_FIELDS.has(field) || own?.type === 'number' || own?.type === 'money');
}

/** What is still missing before a table of this kind can be imported: one field of each list is needed. */
export function missingFields(kind: ImportKind, fields: ReadonlySet<Field>): readonly Field[][] {
  const needs: Record<ImportKind, Field[][]> = {
    customers: [['customerId', 'phone', 'email']],
    orders: [['date'], ['amount'], ['orderNumber', 'customerId', 'phone', 'email']],
    order_lines: [['date'], ['unitPrice', 'amount'], ['orderNumber', 'customerId', 'phone', 'email']],
    products: [['sku', 'productName']],
  };
  return needs[kind].filter((choice) => !choice.some((field) => fields.has(field)));
}
