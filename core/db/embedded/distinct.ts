import { after, boundsOf, flatten } from './bounds.ts';
import type { Collection } from './collection.ts';
import { isOperators } from './filter.ts';
import type { Index } from './indexKeys.ts';
import { EMPTY_ARRAY, encodeValue } from './keyEncoding.ts';
import { type Doc, decodeDocument } from './rawBson.ts';
import type { Searcher, Stream } from './scan.ts';
import { shapeOf } from './shape.ts';
import type { Store } from './store.ts';
import { isPlain, isRegex } from './values.ts';

/** Where the values of a field stand in order, behind those that a filter gives: from <= key < to. */
interface Steps {
  index: Index;
  prefix: Buffer;
  from: Buffer;
  to: Buffer | null;
}

/** The values of a field in the documents that a search finds, some again. Where an index holds them in order, one document is read for each. */
export function* fieldValues(
  store: Store,
  collection: Collection,
  searcher: Searcher,
  filter: Doc,
  field: string,
): Stream<unknown[]> {
  const shape = shapeOf([field]);
  const path = field.split('.');
  const valuesOf = (raw: Buffer): unknown[] => valuesAt(decodeDocument(raw, shape), path);
  const steps = stepsOf(collection, filter, field);
  if (!steps) {
    for (const found of searcher.results()) yield found && valuesOf(found.raw);
    return;
  }
  const { index, prefix, to } = steps;
  let { from } = steps;
  for (;;) {
    const [entry] = store.entries(index.tree, from, to, false, 1);
    if (!entry) return;
    const raw = collection.get(entry.value);
    const values = raw ? valuesOf(raw) : [];
    yield values;
    // Nothing stands where null does, so those who have nothing are looked at until one has null.
    const stands = [...values, EMPTY_ARRAY].map((value) => Buffer.concat([prefix, encodeValue(value)]));
    const own = stands.find((key) => entry.key.subarray(0, key.length).equals(key));
    from = (own && after(own)) ?? Buffer.concat([entry.key, Buffer.alloc(1)]);
    yield null;
  }
}

/** The filter may name nothing but the fields before this one, each with one value, and a range of its own that no array is in. */
function stepsOf(collection: Collection, filter: Doc, field: string): Steps | null {
  const { [field]: own, ...others } = filter;
  const names = Object.keys(others);
  const bounds = own === undefined ? null : boundsOf(field, flatten({ [field]: own }), false);
  const [piece] = bounds?.exact && bounds.pieces.length === 1 ? bounds.pieces : [];
  if ((own !== undefined && !piece) || !names.every((name) => isOneValue(others[name]))) return null;
  for (const index of collection.indexes) {
    const { fields, record, descending, partial, sparse, tree } = index;
    const before = fields.slice(0, names.length);
    if (tree === collection.tree || !record.ready || record.cut || partial || sparse) continue;
    if (fields[names.length] !== field || descending.slice(0, names.length + 1).includes(true)) continue;
    if (record.multikey.slice(0, names.length + (piece ? 1 : 0)).includes(true)) continue;
    if (!before.every((name) => names.includes(name))) continue;
    const prefix = Buffer.concat(before.map((name) => encodeValue(others[name])));
    if (!piece) return { index, prefix, from: prefix, to: after(prefix) };
    return { index, prefix, from: Buffer.concat([prefix, piece.from]), to: Buffer.concat([prefix, piece.to]) };
  }
  return null;
}

function isOneValue(operand: unknown): boolean {
  if (operand === null || operand === undefined || Array.isArray(operand)) return false;
  return !isOperators(operand) && !isPlain(operand) && !isRegex(operand);
}

function valuesAt(value: unknown, path: string[]): unknown[] {
  if (Array.isArray(value)) {
    const [name = ''] = path;
    const placed = /^\d+$/.test(name) ? valuesAt(value[Number(name)], path.slice(1)) : [];
    return [
      ...placed,
      ...value.flatMap((item) => (path.length === 0 ? [item] : isPlain(item) ? valuesAt(item, path) : [])),
    ];
  }
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined ? [] : [value];
  return isPlain(value) ? valuesAt(value[name], rest) : [];
}
