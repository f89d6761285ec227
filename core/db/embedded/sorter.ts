import { compareValues } from './keyEncoding.ts';
import type { Doc } from './rawBson.ts';

/** Compares documents by a sort specification; an array counts as its least (descending: greatest) element. */
export function sorter(sort: Doc): { key: (doc: Doc) => unknown[]; compare: (a: unknown[], b: unknown[]) => number } {
  const fields = Object.entries(sort).map(([field, way]) => [field.split('.'), Number(way)] as const);
  return {
    key: (doc) => fields.map(([path, way]) => sortValue(doc, path, way)),
    compare: (a, b) => {
      for (let i = 0; i < fields.length; i++) {
        const order = compareValues(a[i], b[i]);
        if (order !== 0) return order * (fields[i]?.[1] ?? 1);
      }
      return 0;
    },
  };
}

function sortValue(doc: Doc, path: readonly string[], way: number): unknown {
  const values: unknown[] = [];
  collect(doc, path, 0, values);
  let best = values[0] ?? null;
  for (const value of values) if (compareValues(value ?? null, best) * way < 0) best = value ?? null;
  return best;
}

function collect(value: unknown, path: readonly string[], at: number, values: unknown[]): void {
  if (Array.isArray(value)) {
    const name = path[at];
    if (name !== undefined && /^\d+$/.test(name)) collect(value[Number(name)], path, at + 1, values);
    else
      for (const item of value)
        if (at === path.length) values.push(item);
        else collect(item, path, at, values);
    if (value.length === 0) values.push(null);
  } else if (at === path.length) values.push(value);
  else if (value !== null && typeof value === 'object')
    collect((value as Doc)[path[at] as string], path, at + 1, values);
  else values.push(undefined);
}
