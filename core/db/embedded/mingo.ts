import { createRequire } from 'node:module';
import type { Aggregator } from 'mingo';
import type * as Core from 'mingo/core';
import { CommandError } from './errors.ts';
import type { Doc } from './rawBson.ts';

interface Mingo {
  Aggregator: typeof Aggregator;
  computeValue: typeof Core.computeValue;
  context: Core.Context;
}

let loaded: Mingo | null = null;

/** Loads mingo, which takes a tenth of a second: not while starting, but once there is time or need. */
export function loadMingo(): Mingo {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const { Context, computeValue } = require('mingo/core') as typeof Core;
  const operators = {
    expression: require('mingo/operators/expression'),
    accumulator: require('mingo/operators/accumulator'),
  };
  const context = Context.init(operators as Parameters<typeof Context.init>[0]);
  loaded = { Aggregator: (require('mingo') as { Aggregator: typeof Aggregator }).Aggregator, computeValue, context };
  return loaded;
}

/** Where a function of numbers is not defined: MongoDB's code for it. */
const OUTSIDE: Readonly<Record<string, [code: number, bad: (a: number, b: number) => boolean][]>> = {
  $sqrt: [[28714, (a) => a < 0]],
  $ln: [[28766, (a) => a <= 0]],
  $log10: [[28761, (a) => a <= 0]],
  $log: [
    [28758, (a) => a <= 0],
    [28759, (_, base) => base <= 0 || base === 1],
  ],
  $pow: [[28764, (base, power) => base === 0 && power < 0]],
};

function checkDomain(name: string, operands: unknown): void {
  const [a, b] = [operands].flat().map((operand) => (operand as Doc | undefined)?.$literal);
  const isWrong = (operand: unknown) => operand !== null && operand !== undefined && typeof operand !== 'number';
  if (name === '$atan2' && (isWrong(a) || isWrong(b)))
    throw new CommandError(isWrong(a) ? 51044 : 51045, '$atan2 needs numbers');
  const numbers = [a, b].every((operand) => operand === undefined || typeof operand === 'number');
  for (const [code, bad] of OUTSIDE[name] ?? [])
    if (numbers && bad(a as number, b as number)) throw new CommandError(code, `${name} is not defined there`);
}

/** An expression operator on operands that are values already. Throws 2 BadValue with mingo's complaint. */
export function computeByMingo(name: string, operands: unknown): unknown {
  checkDomain(name, operands);
  const { computeValue, context } = loadMingo();
  return complaining(name, () => computeValue({}, operands, name, { context, useStrictMode: true } as never));
}

/** A stage over all its documents at once. Throws 2 BadValue with mingo's complaint. */
export function stageByMingo(stage: Doc, docs: Doc[]): Doc[] {
  const { Aggregator } = loadMingo();
  return complaining(Object.keys(stage)[0] ?? '', () => new Aggregator([stage]).run(docs) as Doc[]);
}

function complaining<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CommandError ? error : new CommandError(2, `${name}: ${(error as Error).message}`);
  }
}
