import { Long } from 'bson';
import { CommandError } from './errors.ts';
import { compileExpression, scopeOf } from './expression.ts';
import { memoryOf, weigh } from './memory.ts';
import type { Doc } from './rawBson.ts';
import { type Stage, type Surroundings, streamOf, withValue } from './stage.ts';
import { isMissing, isPlain } from './values.ts';

/** $unwind. */
export function unwind(operand: unknown): Stage {
  const { path: text, includeArrayIndex: index, preserveNullAndEmptyArrays: keepEmpty } = operand as Doc;
  if (typeof text !== 'string' || !text.startsWith('$'))
    throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${String(text)}`);
  const path = text.slice(1).split('.');
  const [top] = path;
  // Unlike in an expression, the path does not go through arrays.
  const read = (doc: Doc) => path.reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), doc);
  const numbered = (doc: Doc, i: number | null) =>
    typeof index === 'string'
      ? (withValue(doc, index.split('.'), 0, i === null ? null : Long.fromNumber(i)) as Doc)
      : doc;
  const place = (doc: Doc, value: unknown, i: number | null) =>
    numbered(path.length === 1 ? { ...doc, [top as string]: value } : (withValue(doc, path, 0, value) as Doc), i);
  return {
    paths: new Set([`${path.join('.')}.\0`]), // of the elements nothing by itself: what later stages read is enough
    closes: false,
    *run(source) {
      for (const doc of source) {
        if (doc === null) {
          yield null;
          continue;
        }
        const value = read(doc);
        if (Array.isArray(value) && value.length > 0)
          for (const entry of streamOf(value.entries())) yield entry && place(doc, entry[1], entry[0]);
        else if (Array.isArray(value)) {
          if (keepEmpty) yield place(doc, undefined, null);
        } else if (keepEmpty || !isMissing(value)) yield numbered(doc, null);
      }
    },
  };
}

/** $lookup: by equal fields (through the other collection's index), by a pipeline, or both. */
export function lookup(operand: unknown, around: Surroundings): Stage {
  const { from, localField, foreignField, let: vars = {}, pipeline = [], as } = operand as Doc;
  if (typeof from !== 'string' || typeof as !== 'string')
    throw new CommandError(9, "$lookup needs the strings 'from' and 'as'");
  const paths = new Set<string>(typeof localField === 'string' ? [localField] : []);
  const bindings = Object.entries(vars as Doc).map(
    ([name, value]) => [name, compileExpression(value, paths, scopeOf(around.variables))] as const,
  );
  const read = typeof localField === 'string' ? compileExpression(`$${localField}`, paths) : null;
  const target = as.split('.');
  return {
    paths,
    closes: false,
    *run(source) {
      for (const doc of source) {
        if (doc === null) {
          yield null;
          continue;
        }
        const local = read?.(doc, {});
        const match = read
          ? [{ $match: { [String(foreignField)]: Array.isArray(local) ? { $in: local } : { $eq: local ?? null } } }]
          : [];
        const variables = {
          ...around.variables,
          ...Object.fromEntries(
            bindings.map(([name, compute]) => [name, compute(doc, { ...around.variables, ROOT: doc }) ?? null]),
          ),
        };
        const found: Doc[] = [];
        const charge = memoryOf(`what a $lookup finds in ${from}`, 4568);
        for (const item of around.documentsOf(from, [...match, ...(pipeline as Doc[])], variables)) {
          if (item === null) yield null;
          else {
            found.push(item);
            charge(weigh(item));
          }
        }
        yield withValue(doc, target, 0, found) as Doc;
      }
    },
  };
}

/** $unionWith. */
export function unionWith(operand: unknown, around: Surroundings): Stage {
  const { coll, pipeline = [] } = operand as Doc;
  return {
    paths: new Set(['']),
    closes: false,
    *run(source) {
      yield* source;
      yield* around.documentsOf(String(coll), pipeline as Doc[], around.variables);
    },
  };
}
