import { compareValues, valueKey } from './keyEncoding.ts';
import { type Charge, weigh } from './memory.ts';
import { toNumber } from './numbers.ts';
import type { Doc } from './rawBson.ts';
import { isNumber, isPlain } from './values.ts';

/** A running accumulator of one group. */
export interface Running {
  add: (value: unknown) => void;
  result: () => unknown;
}

/** Begins an accumulation. */
export type Maker = (charge: Charge) => Running;

export const missing = (value: unknown) => value === null || value === undefined;

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
        if (missing(value) || (best !== undefined && compareValues(value, best) * sign <= 0)) return;
        best = value;
        hold(value);
      },
      result: () => best ?? null,
    };
  };
}

/** Sums with Neumaier's compensation, so that many cents do not drift. */
function summing(finish: (total: number, count: number) => unknown): Maker {
  return () => {
    let total = 0;
    let lost = 0;
    let count = 0;
    return {
      add: (value) => {
        if (typeof value !== 'number' && !isNumber(value)) return;
        const number = typeof value === 'number' ? value : toNumber(value, '$sum');
        const next = total + number;
        lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
        total = next;
        count++;
      },
      result: () => finish(Number.isFinite(lost) ? total + lost : total, count),
    };
  };
}

function deviation(sample: boolean): Maker {
  return () => {
    let [count, mean, squares] = [0, 0, 0];
    return {
      add: (value) => {
        if (!isNumber(value)) return;
        const delta = toNumber(value) - mean;
        mean += delta / ++count;
        squares += delta * (toNumber(value) - mean);
      },
      result: () => (count <= (sample ? 1 : 0) ? null : Math.sqrt(squares / (sample ? count - 1 : count))),
    };
  };
}

/** The accumulators that take one expression, by name. */
export const SIMPLE: Record<string, Maker> = {
  $sum: summing((total) => total),
  $avg: summing((total, count) => (count === 0 ? null : total / count)),
  $min: extreme(-1),
  $max: extreme(1),
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
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
      if (!isPlain(value)) return;
      for (const name of Object.keys(value)) if (!Object.hasOwn(merged, name)) charge(weigh(value[name]));
      Object.assign(merged, value);
    };
    return { add, result: () => merged };
  },
};

/** What an accumulator makes of a list of values. */
export function accumulate(name: '$sum' | '$avg' | '$stdDevPop' | '$stdDevSamp', values: unknown[]): unknown {
  const running = (SIMPLE[name] as Maker)(() => undefined);
  for (const value of values) running.add(value);
  return running.result();
}
