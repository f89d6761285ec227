import { Long } from 'bson';
import { CommandError } from './errors.ts';
import { compareValues, valueKey } from './keyEncoding.ts';
import { type Charge, weigh } from './memory.ts';
import { doubleOf, isInt, toNumber, wholeOf } from './numbers.ts';
import type { Doc } from './rawBson.ts';
import { isMissing, isNumber, isPlain, typeName } from './values.ts';

/** A running accumulator of one group. */
export interface Running {
  add: (value: unknown) => void;
  result: () => unknown;
}

/** Begins an accumulation. */
export type Maker = (charge: Charge) => Running;

/** Charges for a single value that is kept, and for the difference when another takes its place. */
function holding(charge: Charge): (value: unknown) => void {
  let held = 0;
  return (value) => {
    const bytes = weigh(value);
    if (bytes !== held) charge(bytes - held);
    held = bytes;
  };
}

function extreme(sign: number): Maker {
  return (charge) => {
    const hold = holding(charge);
    let best: unknown;
    return {
      add: (value) => {
        if (isMissing(value) || (best !== undefined && compareValues(value, best) * sign <= 0)) return;
        best = value;
        hold(value);
      },
      result: () => best ?? null,
    };
  };
}

/** Sums; doubles with Neumaier's compensation, so that many cents do not drift, int64s exactly. */
function summing(finish: (total: number | Long, count: number) => unknown): Maker {
  return () => {
    let [total, lost, count, whole, exact] = [0, 0, 0, true, 0n];
    let long = false;
    return {
      add: (value) => {
        if (typeof value !== 'number' && !isNumber(value)) return;
        count++;
        if (value instanceof Long) {
          long = true;
          exact += value.toBigInt();
          return;
        }
        const number = typeof value === 'number' ? value : toNumber(value, '$sum');
        whole &&= typeof value === 'number' && isInt(value);
        const next = total + number;
        lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
        total = next;
      },
      result: () => {
        const sum = Number.isFinite(lost) ? total + lost : total;
        const result = whole ? wholeOf(exact + BigInt(sum), long) : null;
        return finish((result ?? doubleOf(sum + Number(exact))) as number | Long, count);
      },
    };
  };
}

/** The accumulators that take one expression, by name. */
export const SIMPLE: Record<string, Maker> = {
  $sum: summing((total) => total),
  $avg: summing((total, count) => (count === 0 ? null : doubleOf(Number(total) / count))),
  $min: extreme(-1),
  $max: extreme(1),
  $count: () => {
    let count = 0;
    return { add: () => void count++, result: () => count };
  },
  $first: (charge) => {
    let first: unknown;
    let seen = false;
    return {
      add: (value) => {
        if (seen) return;
        seen = true;
        first = value;
        charge(weigh(value));
      },
      result: () => first ?? null,
    };
  },
  $last: (charge) => {
    const hold = holding(charge);
    let last: unknown;
    return {
      add: (value) => {
        last = value;
        hold(value);
      },
      result: () => last ?? null,
    };
  },
  $push: (charge) => {
    const list: unknown[] = [];
    const add = (value: unknown) => {
      if (value === undefined) return;
      list.push(value);
      charge(weigh(value));
    };
    return { add, result: () => list };
  },
  $addToSet: (charge) => {
    const set = new Map<string, unknown>();
    return {
      add: (value) => {
        if (value === undefined) return;
        const key = valueKey(value);
        if (set.has(key)) return;
        set.set(key, value);
        charge(weigh(value) + key.length);
      },
      result: () => [...set.values()],
    };
  },
  $mergeObjects: (charge) => {
    const merged: Doc = {};
    const add = (value: unknown) => {
      if (isMissing(value)) return;
      if (!isPlain(value)) throw new CommandError(40400, `$mergeObjects needs objects, found: ${typeName(value)}`);
      for (const name of Object.keys(value)) if (!Object.hasOwn(merged, name)) charge(weigh(value[name]));
      Object.assign(merged, value);
    };
    return { add, result: () => merged };
  },
};

/** What an accumulator makes of a list of values. */
export function accumulate(name: '$sum' | '$avg', values: unknown[]): unknown {
  const running = (SIMPLE[name] as Maker)(() => undefined);
  for (const value of values) running.add(value);
  return running.result();
}
