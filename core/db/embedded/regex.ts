import { BSONRegExp } from 'bson';
import { CommandError } from './errors.ts';

/** A regular expression as JavaScript's. Throws 51091 when it does not parse, 2 for a wrong type. */
export function toRegExp(operand: unknown, options?: unknown): RegExp {
  const source = typeof operand === 'string' ? operand : operand instanceof BSONRegExp ? operand.pattern : null;
  if (source === null) throw new CommandError(2, '$regex has to be a string');
  const given = options === undefined ? (operand instanceof BSONRegExp ? operand.options : '') : String(options);
  if (/[^imsu]/.test(given))
    throw new CommandError(given.includes('x') ? 115 : 51108, `invalid flag in regex options: ${given}`);
  try {
    return new RegExp(source, [...new Set(`${given}u`)].join(''));
  } catch {
    try {
      return new RegExp(source, given.replace('u', ''));
    } catch (error) {
      throw new CommandError(51091, `Regular expression is invalid: ${(error as Error).message}`);
    }
  }
}
