import { randomUUID } from 'node:crypto';
import { open, type RootDatabase } from 'lmdb';
import { Collection, type CollectionRecord } from './collection.ts';
import { CommandError } from './errors.ts';
import { decodeDocument } from './rawBson.ts';
import { encode } from './writeBson.ts';

/** One entry of a tree: the key behind the tree's number, and the value. */
export interface Entry {
  key: Buffer;
  value: Buffer;
}

const CATALOG = 0;
const NEXT_TREE = Buffer.from('\0next tree');

/**
 * The LMDB environment: one ordered map whose keys begin with a tree's number (4 bytes). Tree 0 is the catalogue,
 * each collection has a tree for its documents and each of its indexes another.
 */
export class Store {
  readonly collections = new Map<string, Collection>();
  private readonly lmdb: RootDatabase<Buffer, Buffer>;
  private nextTree = 1;

  /** Opens or creates the data file. */
  constructor(folder: string) {
    this.lmdb = openFile(folder);
    this.load();
  }

  private load(): void {
    this.collections.clear();
    for (const { key, value } of this.entries(CATALOG, Buffer.alloc(1), null, false, 1e6)) {
      if (key.equals(NEXT_TREE)) this.nextTree = value.readUInt32LE(0);
      else {
        const record = decodeDocument(value) as unknown as CollectionRecord;
        record.indexes = record.indexes.filter((index) => index.ready); // one whose making was cut short is made anew
        this.collections.set(record.ns, new Collection(this, record));
      }
    }
  }

  /**
   * Runs `work` in one transaction and returns when it is on the disk. When it throws (the disk is full, for one),
   * nothing of it remains.
   */
  write<T>(work: () => T): T {
    try {
      return this.lmdb.transactionSync(() => {
        const result = work();
        for (const collection of this.collections.values()) if (collection.changed) this.saveCollection(collection);
        return result;
      });
    } catch (error) {
      this.load();
      throw error;
    }
  }

  saveCollection(collection: Collection): void {
    this.put(CATALOG, Buffer.from(collection.record.ns), encode({ ...collection.record }));
    collection.changed = false;
  }

  newTree(): number {
    const tree = this.nextTree++;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(this.nextTree);
    this.put(CATALOG, NEXT_TREE, bytes);
    return tree;
  }

  /** The collection of a namespace, made when it is missing. Call within `write`. */
  ensure(ns: string): Collection {
    const found = this.collections.get(ns);
    if (found) return found;
    checkNamespace(ns);
    const record = { ns, uuid: randomUUID(), tree: this.newTree(), count: 0, size: 0, indexes: [] };
    const collection = new Collection(this, record);
    collection.addIndex({ v: 2, key: { _id: 1 }, name: '_id_' });
    this.collections.set(ns, collection);
    this.saveCollection(collection);
    return collection;
  }

  /** Forgets a collection at once; its trees are then emptied by the returned work, in slices. */
  *drop(ns: string): Generator<null, void> {
    const collection = this.collections.get(ns);
    if (!collection) return;
    this.collections.delete(ns);
    this.lmdb.removeSync(treeKey(CATALOG, Buffer.from(ns)));
    for (const index of collection.indexes) if (index.tree !== collection.tree) yield* this.clear(index.tree);
    yield* this.clear(collection.tree);
  }

  /** Removes all entries of a tree, in slices. Call within `write`. */
  *clear(tree: number): Generator<null, void> {
    for (;;) {
      const batch = this.entries(tree, Buffer.alloc(0), null, false, 500);
      for (const { key } of batch) this.remove(tree, key);
      if (batch.length < 500) return;
      yield null;
    }
  }

  /** A value; the buffer is only valid until the next call. */
  peek(tree: number, key: Buffer): Buffer | undefined {
    const bytes = this.lmdb.getBinaryFast(treeKey(tree, key));
    return bytes;
  }

  /** A value, as a copy that stays. */
  get(tree: number, key: Buffer): Buffer | undefined {
    const bytes = this.lmdb.getBinary(treeKey(tree, key));
    return bytes && (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes));
  }

  put(tree: number, key: Buffer, value: Buffer): void {
    this.lmdb.putSync(treeKey(tree, key), value);
  }

  remove(tree: number, key: Buffer): void {
    this.lmdb.removeSync(treeKey(tree, key));
  }

  /** Up to `limit` entries with from <= key < to (null: to the tree's end), or downwards from below `to` to `from`. */
  entries(tree: number, from: Buffer, to: Buffer | null, reverse: boolean, limit: number): Entry[] {
    const list: Entry[] = [];
    for (const { key, value } of this.lmdb.getRange({ ...range(tree, from, to, reverse), limit, snapshot: false })) {
      list.push({ key: (key as Buffer).subarray(4), value: value as Buffer });
    }
    return list;
  }

  /** How many entries there are with from <= key < to. */
  countEntries(tree: number, from: Buffer, to: Buffer | null): number {
    return this.lmdb.getKeysCount(range(tree, from, to, false));
  }

  get sizeOnDisk(): number {
    const stats = this.lmdb.getStats() as { lastPageNumber?: number; pageSize?: number };
    return (stats.lastPageNumber ?? 0) * (stats.pageSize ?? 4096);
  }

  async close(): Promise<void> {
    await this.lmdb.close();
  }
}

/** The plain, fully synchronous LMDB: a commit returns when the data is on the disk. */
function openFile(folder: string): RootDatabase<Buffer, Buffer> {
  const options = {
    path: folder,
    keyEncoding: 'binary',
    encoding: 'binary',
    maxDbs: 1,
    overlappingSync: false,
  } as const;
  try {
    // Address space only, taken at once so that growing needs no new map; on Windows it would be file size.
    return open<Buffer, Buffer>(process.platform === 'win32' ? options : { ...options, mapSize: 64 * 2 ** 30 });
  } catch {
    return open<Buffer, Buffer>(options); // where address space is limited the map grows as it must
  }
}

function treeKey(tree: number, key: Buffer): Buffer {
  const full = Buffer.allocUnsafe(key.length + 4);
  full.writeUInt32BE(tree, 0);
  key.copy(full, 4);
  return full;
}

function range(tree: number, from: Buffer, to: Buffer | null, reverse: boolean) {
  const low = treeKey(tree, from);
  const high = to ? treeKey(tree, to) : treeKey(tree + 1, Buffer.alloc(0));
  // LMDB starts a reverse range at the key itself, so the (excluded) upper end is passed as exclusive.
  return reverse
    ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
    : { start: low, end: high };
}

function checkNamespace(ns: string): void {
  const dot = ns.indexOf('.');
  const [database, name] = [ns.slice(0, dot), ns.slice(dot + 1)];
  const bad = dot < 1 || name === '' || name.startsWith('.') || /[\0$]/.test(name) || /[/\\. "$\0]/.test(database);
  if (bad || Buffer.byteLength(ns) > 255) throw new CommandError(73, `Invalid namespace specified '${ns}'`);
}
