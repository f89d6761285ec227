import { Timestamp } from 'bson';
import { CommandError } from './errors.ts';
import { elementTest } from './filter.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { combine } from './numbers.ts';
import type { Doc } from './rawBson.ts';
import { sorter } from './sorter.ts';
import { isNumber, isPlain, typeName } from './values.ts';

/** What an update operator makes of a field's old value (undefined: there is none); undefined removes the field. */
export type Apply = (old: unknown) => unknown;

/** An Apply's answer when the field is to stay as it is. */
export const UNCHANGED = Symbol('unchanged');

/** Compiles one operator on one path. Throws 2, 9, 14 or 115 for operands that it cannot have. */
export function operation(name: string, operand: unknown, path: string): Apply {
  switch (name) {
    case '$set':
    case '$setOnInsert':
      return () => clone(operand);
    case '$unset':
      return () => undefined;
    case '$inc':
    case '$mul':
      if (!isNumber(operand))
        throw new CommandError(
          14,
          `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
        );
      return (old) => {
        if (old !== undefined && !isNumber(old))
          throw new CommandError(
            14,
            `Cannot apply ${name} to a value of non-numeric type. The field '${path}' has type ${typeName(old)}`,
          );
        if (name === '$inc') return old === undefined ? operand : combine(old, operand, '+', '$inc');
        return combine(old ?? 0, operand, '*', '$mul');
      };
    case '$min':
      return (old) => (old === undefined || compareValues(operand, old) < 0 ? operand : old);
    case '$max':
      return (old) => (old === undefined || compareValues(operand, old) > 0 ? operand : old);
    case '$currentDate':
      if (isPlain(operand) && operand.$type === 'timestamp')
        return () => Timestamp.fromBits(0, Math.floor(Date.now() / 1000));
      return () => new Date();
    case '$bit':
      throw new CommandError(115, '$bit is not served by the embedded database');
    default:
      return arrayOperation(name, operand, path);
  }
}

const clone = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(clone);
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clone(item)])) : value;
};

function arrayOperation(name: string, operand: unknown, path: string): Apply {
  const listOf = (old: unknown): unknown[] => {
    if (!Array.isArray(old))
      throw new CommandError(2, `The field '${path}' must be an array but is of type ${typeName(old)}`);
    return old;
  };
  switch (name) {
    case '$push':
      return pushing(operand, listOf);
    case '$addToSet': {
      const each = isPlain(operand) && '$each' in operand ? eachOf(operand) : [operand];
      return (old) => {
        const list = [...listOf(old === undefined ? [] : old)];
        const seen = new Set(list.map(valueKey));
        for (const item of each) {
          const key = valueKey(item);
          if (!seen.has(key)) list.push(clone(item));
          seen.add(key);
        }
        return list;
      };
    }
    case '$pull': {
      const test =
        isPlain(operand) || !isRegexLike(operand)
          ? isPlain(operand)
            ? elementTest(operand)
            : elementTest({ $eq: operand })
          : elementTest({ $regex: operand });
      return (old) => (old === undefined ? undefined : listOf(old).filter((item) => !test(item)));
    }
    case '$pullAll': {
      if (!Array.isArray(operand)) throw new CommandError(2, '$pullAll requires an array argument');
      const gone = new Set(operand.map(valueKey));
      return (old) => (old === undefined ? undefined : listOf(old).filter((item) => !gone.has(valueKey(item))));
    }
    default:
      if (Number(operand) !== 1 && Number(operand) !== -1)
        throw new CommandError(9, `$pop expects 1 or -1, found: ${String(operand)}`);
      return (old) =>
        old === undefined ? undefined : Number(operand) === 1 ? listOf(old).slice(0, -1) : listOf(old).slice(1);
  }
}

const isRegexLike = (value: unknown) =>
  typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'BSONRegExp';

function eachOf(operand: Doc): unknown[] {
  if (!Array.isArray(operand.$each))
    throw new CommandError(2, `The argument to $each must be an array but it was of type ${typeName(operand.$each)}`);
  return operand.$each;
}

function pushing(operand: unknown, listOf: (old: unknown) => unknown[]): Apply {
  if (!isPlain(operand) || !('$each' in operand))
    return (old) => [...listOf(old === undefined ? [] : old), clone(operand)];
  const stray = Object.keys(operand).find((key) => !['$each', '$slice', '$sort', '$position'].includes(key));
  if (stray) throw new CommandError(2, `Unrecognized clause in $push: ${stray}`);
  const each = eachOf(operand);
  const { $position: position, $slice: slice, $sort: sort } = operand;
  return (old) => {
    let list = [...listOf(old === undefined ? [] : old)];
    list.splice(position === undefined ? list.length : Number(position), 0, ...each.map(clone));
    if (isPlain(sort)) {
      const { key, compare } = sorter(sort);
      list.sort((a, b) => compare(key(isPlain(a) ? a : {}), key(isPlain(b) ? b : {})));
    } else if (sort !== undefined) list.sort((a, b) => compareValues(a, b) * Number(sort));
    if (slice !== undefined)
      list = Number(slice) === 0 ? [] : Number(slice) < 0 ? list.slice(Number(slice)) : list.slice(0, Number(slice));
    return list;
  };
}
