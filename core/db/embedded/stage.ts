import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import { type Doc, setField } from './rawBson.ts';
import type { Stream } from './scan.ts';
import { isPlain } from './values.ts';

/** What stages need of their surroundings. */
export interface Surroundings {
  variables: Doc;
  /** What the pipeline runs over; null when it does not exist. */
  collection: Collection | null;
  /** The documents of a pipeline over another collection of the database. */
  documentsOf: (collection: string, pipeline: Doc[], variables: Doc) => Stream<Doc>;
}

/** A stage made ready. `paths`: the fields it reads of its input; `closes`: later stages only see what it made. */
export interface Stage {
  run: (source: Stream<Doc>) => Stream<Doc>;
  paths: Set<string>;
  closes: boolean;
}

/** Compiles a stage from its operand. */
export type CompileStage = (operand: unknown, around: Surroundings) => Stage;

/** An operand that must be a document. Throws `code` for another type. */
export function document(operand: unknown, name: string, code: number): Doc {
  if (!isPlain(operand)) throw new CommandError(code, `the ${name} stage specification must be an object`);
  return operand;
}

/** A stage that looks at one document at a time: undefined drops it. */
export function each(paths: Set<string>, closes: boolean, change: (doc: Doc) => Doc | undefined): Stage {
  return {
    paths,
    closes,
    *run(source) {
      for (const doc of source) {
        const result = doc && change(doc);
        if (result !== undefined) yield result;
      }
    },
  };
}

const PAUSE_EVERY = 64;

/** Things that are there already, as a stream. */
export function* streamOf<T>(items: Iterable<T>): Stream<T> {
  let until = PAUSE_EVERY;
  for (const item of items) {
    yield item;
    if (--until > 0) continue;
    until = PAUSE_EVERY;
    yield null;
  }
}

/** A copy of a document with the value at a path; undefined removes the field. */
export function withValue(target: unknown, path: readonly string[], at: number, value: unknown): unknown {
  if (at === path.length) return value;
  if (Array.isArray(target)) return target.map((item) => withValue(item, path, at, value));
  const copy: Doc = isPlain(target) ? { ...target } : {};
  const inner = withValue(copy[path[at] as string], path, at + 1, value);
  if (inner === undefined) delete copy[path[at] as string];
  else setField(copy, path[at] as string, inner);
  return copy;
}
