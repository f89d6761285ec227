import { z } from 'zod';
import { CUSTOM_TYPES, type CustomField } from '../customers/customField.ts';
import type { DateOrder } from './cells/readDate.ts';
import { FIELDS } from './fields.ts';
import { IMPORT_KINDS } from './import.model.ts';
import type { SourceTable } from './reading/sourceTable.ts';

/** One column of the file and what it is taken for; `field` null: left out. */
const planColumnSchema = z.object({
  index: z.number().int().min(0),
  name: z.string(),
  field: z.enum(FIELDS).nullable(),
  /** custom: which of the shop's own */
  own: z
    .object({ key: z.string(), name: z.string(), type: z.enum(CUSTOM_TYPES), choices: z.array(z.string()).optional() })
    .transform(({ choices, ...field }): CustomField => (choices ? { ...field, choices } : field))
    .optional(),
  /** 0 to 1; 1 also where a member chose it */
  confidence: z.number().min(0).max(1),
  /** for dates: null is undecided, 'any' where it makes no difference */
  dateOrder: z.enum(['dmy', 'mdy', 'any']).nullable().optional(),
  /** for numbers */
  decimal: z.enum(['.', ',']).optional(),
});
export type PlanColumn = z.infer<typeof planColumnSchema>;

/** Everything that reading a table into the database depends on: the mapping that was shown and confirmed. */
export const planSchema = z.object({
  table: z.custom<SourceTable>(
    (value) => typeof value === 'object' && value !== null && 'dialect' in value && 'layout' in value,
  ),
  /** how many tables the file holds */
  tables: z.number().int(),
  kind: z.enum(IMPORT_KINDS),
  columns: z.array(planColumnSchema),
  /** did the people of a file without a consent column agree to marketing? null: not asked or not answered */
  agreed: z.boolean().nullable(),
  shop: z.object({
    country: z.string(),
    timeZone: z.string(),
    minorDigits: z.number().int(),
    tombstoneKey: z.string(),
    doubleOptIn: z.boolean().default(false),
  }),
  /** rows with these problems are in the preview; words for the bad rows file, in the member's language */
  words: z.record(z.string(), z.string()),
});
export type Plan = z.infer<typeof planSchema>;

/** Columns of a plan that hold a field, in file order. */
export function columnsOf(plan: Pick<Plan, 'columns'>, ...fields: readonly PlanColumn['field'][]): PlanColumn[] {
  return plan.columns.filter((column) => column.field !== null && fields.includes(column.field));
}

/** A column's decision as the reader of dates takes it. */
export function asOrder(order: PlanColumn['dateOrder']): DateOrder | null {
  return order === 'dmy' || order === 'mdy' ? order : null;
}
