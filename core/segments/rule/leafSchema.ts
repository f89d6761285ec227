import { z } from 'zod';
import type { FieldSpec, Operator } from '../fields.ts';
import { dateSchema, periodSchema } from '../periods.ts';

const LONGEST_TEXT = 200;
const LONGEST_LIST = 100;
const MEASURES = ['eq', 'gt', 'gte', 'lt', 'lte'] as const;

/** One line as a person would type it: spaces folded, no control characters, no half of a character. */
const text = z
  .string()
  .max(LONGEST_TEXT)
  .normalize('NFC')
  .transform((raw) => raw.replace(/\s+/g, ' ').trim())
  .refine((line) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(line) && !/[\p{Cc}\p{Cs}]/u.test(line));

function numberSchema({ min, max, decimals }: Pick<FieldSpec, 'min' | 'max' | 'decimals'>) {
  const scale = 10 ** decimals;
  return z
    .number()
    .min(min)
    .max(max)
    .refine((value) => Math.round(value * scale) / scale === value)
    .transform((value) => value + 0);
}

const rising = (number: z.ZodType<number>) => z.tuple([number, number]).refine(([low, high]) => low <= high);

function measure(number: z.ZodType<number>) {
  return z.union([
    z.strictObject({ op: z.enum(MEASURES), value: number }),
    z.strictObject({ op: z.literal('between'), value: rising(number) }),
  ]);
}

const times = measure(z.int().min(1).max(1e6));
const spend = measure(numberSchema({ min: 0, max: 1e14, decimals: 0 }));
const sample = z.strictObject({
  percent: z
    .number()
    .min(0.01)
    .max(100)
    .refine((percent) => Math.round(percent * 100) / 100 === percent),
  seed: text,
});

const schemas = new WeakMap<FieldSpec, Map<string, z.ZodType>>();

/** The schema of a leaf with this field and operator: nothing but the keys it may have. */
export function leafSchema(spec: FieldSpec, op: Operator, shape: string): z.ZodType {
  const ofField = schemas.get(spec) ?? new Map<string, z.ZodType>();
  schemas.set(spec, ofField);
  const known = ofField.get(op);
  if (known) return known;
  const schema = z.strictObject({ field: z.literal(spec.name), op: z.literal(op), ...restOf(spec, op, shape) });
  ofField.set(op, schema);
  return schema;
}

function restOf(spec: FieldSpec, op: Operator, shape: string): Record<string, z.ZodType> {
  const within: Record<string, z.ZodType> = spec.within ? { within: periodSchema.optional() } : {};
  const isList = op === 'in' || op === 'not_in';
  switch (shape) {
    case 'number': {
      const number = numberSchema(spec);
      return { value: op === 'between' ? rising(number) : number, ...within };
    }
    case 'date':
      return { value: isList ? periodSchema : dateSchema };
    case 'word':
      return { value: isList ? z.array(wordSchema(spec)).min(1).max(LONGEST_LIST) : wordSchema(spec) };
    case 'purchase':
      return { value: text, ...within, times: times.optional(), spend: spend.optional() };
    case 'campaign':
      return { value: text.optional(), ...within };
    case 'interaction':
      return { value: wordSchema(spec).optional(), ...within, times: times.optional() };
    case 'stay':
      return {
        value: text,
        within: op === 'stayed' ? periodSchema.refine((period) => 'last' in period) : periodSchema,
      };
    case 'sample':
      return { value: sample };
    default:
      return {};
  }
}

function wordSchema({ choices, pattern }: FieldSpec): z.ZodType<string> {
  if (choices) return z.enum(choices as [string, ...string[]]);
  return pattern ? text.refine((line) => pattern.test(line)) : text;
}
