import { CommandError } from './errors.ts';
import { isInt } from './numbers.ts';
import { isMissing, isNumber, typeName } from './values.ts';

/** Computes an expression operator from its operands' values; missing is undefined. */
export type Operator = (args: unknown[]) => unknown;

/** The operands' values one by one, each computed when it is asked for. */
export type Values = Generator<unknown, void>;

/** What is thrown for an operand of a type that the operator does not take: MongoDB's number for that. */
export const wrongType = (code: number, name: string, value: unknown) =>
  new CommandError(
    code,
    `${name} does not take an operand of type ${value === undefined ? 'missing' : typeName(value)}`,
  );

/** An operand that must be text. */
export function text(value: unknown, code: number, name: string): string {
  if (typeof value !== 'string') throw wrongType(code, name, value);
  return value;
}

export function list(value: unknown, code: number, name: string): unknown[] {
  if (!Array.isArray(value)) throw wrongType(code, name, value);
  return value;
}

/** A list operand; null for null or missing. */
export const listOrNull = (value: unknown, code: number, name: string) =>
  isMissing(value) ? null : list(value, code, name);

/** A whole number as an operand: `code` for what is no number, the one behind it for a number that is not whole. */
export function whole(value: unknown, code: number, name: string, fraction = code + 1): number {
  if (!isNumber(value)) throw wrongType(code, name, value);
  if (!isInt(Number(value))) throw new CommandError(fraction, `${name} needs a whole number of 32 bits`);
  return Number(value);
}
