import { ObjectId } from 'bson';
import { CommandError } from './errors.ts';
import { compileFilter } from './filter.ts';
import { type Index, type IndexKey, type IndexRecord, keysOf, openIndex } from './indexKeys.ts';
import { EMPTY_ARRAY, encodeValue } from './keyEncoding.ts';
import { type Doc, decodeDocument, decodeValue, type Shape, spansOf, validate } from './rawBson.ts';
import { addPath } from './shape.ts';
import { assemble, elements, patch } from './writeBson.ts';

/** A collection as it is kept in the catalogue; `size` is the sum of its documents' bytes. */
export interface CollectionRecord {
  ns: string;
  uuid: string;
  tree: number;
  count: number;
  size: number;
  indexes: IndexRecord[];
}

/** The ordered maps that a collection keeps its documents and index entries in. */
export interface Trees {
  newTree: () => number;
  get: (tree: number, key: Buffer) => Buffer | undefined;
  peek: (tree: number, key: Buffer) => Buffer | undefined;
  put: (tree: number, key: Buffer, value: Buffer) => void;
  remove: (tree: number, key: Buffer) => void;
  entries: (
    tree: number,
    from: Buffer,
    to: Buffer | null,
    reverse: boolean,
    limit: number,
  ) => { key: Buffer; value: Buffer }[];
}

const MAX_ID = 300;

/** A collection: its documents by _id in one tree, and the trees of its indexes, kept in step. */
export class Collection {
  readonly record: CollectionRecord;
  readonly tree: number;
  indexes: Index[] = [];
  changed = false;
  private shape: Shape = new Map();
  private readonly store: Trees;

  constructor(store: Trees, record: CollectionRecord) {
    this.store = store;
    this.record = record;
    this.tree = record.tree;
    this.refresh();
  }

  private refresh(): void {
    this.indexes = this.record.indexes.map(openIndex);
    this.shape = new Map();
    for (const index of this.indexes) for (const path of index.paths) addPath(this.shape, path);
    for (const index of this.indexes) {
      if (index.partial) for (const path of compileFilter(index.partial).paths) addPath(this.shape, path.split('.'));
    }
  }

  addIndex(spec: Doc): Index {
    const isId = spec.name === '_id_';
    const tree = isId ? this.tree : this.store.newTree();
    const fields = Object.keys(spec.key as Doc);
    this.record.indexes.push({ spec, tree, multikey: fields.map(() => false), cut: false, ready: isId });
    this.changed = true;
    this.refresh();
    return this.indexes[this.indexes.length - 1] as Index;
  }

  /** Takes an index out of use; its tree is then to be cleared. */
  removeIndex(index: Index): void {
    this.record.indexes = this.record.indexes.filter((other) => other !== index.record);
    this.changed = true;
    this.refresh();
  }

  get(idKey: Buffer): Buffer | undefined {
    return this.store.get(this.tree, idKey);
  }

  /** The same, only valid until the next call: it is not copied. */
  peek(idKey: Buffer): Buffer | undefined {
    const bytes = this.store.peek(this.tree, idKey);
    return bytes?.subarray(0, bytes.length); // lmdb's one buffer claims to end with the value
  }

  /** Puts a new document in and returns its _id, made when it has none. Throws 11000 and leaves nothing half-done. */
  insert(raw: Buffer): { id: unknown; raw: Buffer } {
    validate(raw);
    const { id, raw: bytes } = withId(raw);
    const idKey = encodeId(id);
    if (this.store.peek(this.tree, idKey)) throw this.duplicate(this.indexes[0] as Index, [id]);
    this.writeKeys(idKey, null, bytes, null);
    this.store.put(this.tree, idKey, bytes);
    this.count(1, bytes.length);
    return { id, raw: bytes };
  }

  /** Puts a changed document in its old place. `touched` names the top-level fields that can differ (null: all). */
  replace(idKey: Buffer, before: Buffer, after: Buffer, touched: Set<string> | null): void {
    validate(after);
    this.writeKeys(idKey, before, after, touched);
    this.store.put(this.tree, idKey, after);
    this.count(0, after.length - before.length);
  }

  remove(idKey: Buffer, before: Buffer): void {
    this.writeKeys(idKey, before, null, null);
    this.store.remove(this.tree, idKey);
    this.count(-1, -before.length);
  }

  private count(documents: number, bytes: number): void {
    this.record.count += documents;
    this.record.size += bytes;
    this.changed = true;
  }

  /** Brings every index from `before` to `after`; all unique keys are looked up before the first is written. */
  private writeKeys(idKey: Buffer, before: Buffer | null, after: Buffer | null, touched: Set<string> | null): void {
    const affected = this.indexes.filter((index) => index.tree !== this.tree && concerns(index, touched));
    if (affected.length === 0) return;
    const old = before && decodeDocument(before, this.shape);
    const now = after && decodeDocument(after, this.shape);
    const work: { index: Index; gone: IndexKey[]; come: IndexKey[] }[] = [];
    for (const index of affected) {
      let gone = old ? this.keysOf(index, old) : [];
      let come = now ? this.keysOf(index, now) : [];
      if (gone.length > 0 && come.length > 0) {
        const [was, is] = [new Set(gone.map(keyText)), new Set(come.map(keyText))];
        gone = gone.filter((key) => !is.has(keyText(key)));
        come = come.filter((key) => !was.has(keyText(key)));
      }
      if (index.unique) for (const key of come) this.checkUnique(index, key, idKey);
      if (gone.length > 0 || come.length > 0) work.push({ index, gone, come });
    }
    for (const { index, gone, come } of work) {
      for (const { key } of gone) this.store.remove(index.tree, entryKey(index, key, idKey));
      for (const { key } of come) this.store.put(index.tree, entryKey(index, key, idKey), idKey);
    }
  }

  private checkUnique(index: Index, key: IndexKey, idKey: Buffer): void {
    const holder = this.store.peek(index.tree, key.key);
    if (holder && !holder.subarray(0, holder.length).equals(idKey)) throw this.duplicate(index, key.values);
  }

  private duplicate(index: Index, values: unknown[]): CommandError {
    const keyValue = Object.fromEntries(index.fields.map((field, i) => [field, plainValue(values[i])]));
    const shown = index.fields.map((field, i) => `${field}: ${show(plainValue(values[i]))}`).join(', ');
    const message = `E11000 duplicate key error collection: ${this.record.ns} index: ${index.name} dup key: { ${shown} }`;
    return new CommandError(11000, message, { keyPattern: index.record.spec.key, keyValue });
  }

  private keysOf(index: Index, doc: Doc): IndexKey[] {
    return keysOf(index, doc, this.record.ns, () => {
      this.changed = true;
    });
  }

  /** Fills a new index from the documents there are, in slices. Call within `write`. */
  *build(index: Index): Generator<null, void> {
    let from: Buffer = Buffer.alloc(0);
    for (;;) {
      const batch = this.store.entries(this.tree, from, null, false, 32);
      for (const { key, value } of batch) {
        for (const entry of this.keysOf(index, decodeDocument(value, this.shape))) {
          if (index.unique) this.checkUnique(index, entry, key);
          this.store.put(index.tree, entryKey(index, entry.key, key), key);
        }
      }
      const last = batch[batch.length - 1];
      if (!last || batch.length < 32) return;
      from = Buffer.concat([last.key, Buffer.alloc(1)]);
      yield null;
    }
  }
}

const keyText = (entry: IndexKey) => entry.key.latin1Slice();
const entryKey = (index: Index, key: Buffer, idKey: Buffer) => (index.unique ? key : Buffer.concat([key, idKey]));
const plainValue = (value: unknown) => (value === undefined || value === EMPTY_ARRAY ? null : value);

function concerns({ fieldsRead }: Index, touched: Set<string> | null): boolean {
  if (touched === null || fieldsRead.has('')) return true;
  for (const field of touched) if (fieldsRead.has(field)) return true;
  return false;
}

/** Throws 73 InvalidNamespace for a name that MongoDB would not take either. */
export function checkNamespace(ns: string): void {
  const dot = ns.indexOf('.');
  const [database, name] = [ns.slice(0, dot), ns.slice(dot + 1)];
  const bad = dot < 1 || name === '' || name.startsWith('.') || /[\0$]/.test(name) || /[/\\. "$\0]/.test(database);
  if (bad || Buffer.byteLength(ns) > 255) throw new CommandError(73, `Invalid namespace specified '${ns}'`);
}

/** A document's _id as the key of its place. Throws 17280 KeyTooLong above 300 bytes. */
export function encodeId(id: unknown): Buffer {
  const key = encodeValue(id);
  if (key.length > MAX_ID)
    throw new CommandError(17280, `the _id is too long: ${key.length} bytes, at most ${MAX_ID} fit`);
  return key;
}

/** The document with its _id in the first place, a new ObjectId when it has none. */
function withId(raw: Buffer): { id: unknown; raw: Buffer } {
  const spans = spansOf(raw);
  const at = spans.findIndex((span) => span.name === '_id');
  const span = spans[at];
  if (!span) {
    const id = new ObjectId();
    return { id, raw: assemble([elements({ _id: id }), raw.subarray(4, raw.length - 1)]) };
  }
  if (span.type === 4 || span.type === 11 || span.type === 6) {
    const name = { 4: 'array', 11: 'regex', 6: 'undefined' }[span.type];
    throw new CommandError(53, `The '_id' value cannot be of type ${name}`);
  }
  const id = decodeValue(span.type, raw, span.at);
  if (at === 0) return { id, raw };
  return {
    id,
    raw: assemble([
      raw.subarray(span.from, span.to),
      raw.subarray(4, span.from),
      raw.subarray(span.to, raw.length - 1),
    ]),
  };
}

/** The raw document with another _id in front. */
export const withGivenId = (raw: Buffer, id: unknown) => withId(patch(raw, new Map([['_id', id]]))).raw;

function show(value: unknown): string {
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  return JSON.stringify(value) ?? 'null';
}
