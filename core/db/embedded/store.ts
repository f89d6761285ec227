import { randomUUID } from 'node:crypto';
import { ABORT } from 'lmdb';
import { Collection, type CollectionRecord, checkNamespace } from './collection.ts';
import { type DataFile, mappedBytes, openDataFile } from './dataFile.ts';
import { type Change, Journal } from './journal.ts';
import { decodeDocument } from './rawBson.ts';
import { treeKey, treeRange } from './treeKey.ts';
import { encode } from './writeBson.ts';

/** One entry of a tree: the key behind the tree's number, and the value. */
export interface Entry {
  key: Buffer;
  value: Buffer;
}

const CATALOG = 0;
const NEXT_TREE = Buffer.from('\0next tree');
const EPOCH = Buffer.from('\0epoch');
const COMMIT_AFTER_MS = 100;
const COMMIT_AFTER_BYTES = 4 * 1024 * 1024;
const TRY_AGAIN_MS = 1000;

/** A page is touched by each access to a single key. */
const PAGE = 4096;
const LOOK_AFTER_BYTES = 1024 * 1024;
const MOST_MAPPED = 88 * 1024 * 1024;

/** A transaction of LMDB that is open: what ends it, its end, and what will commit it in time. */
interface Transaction {
  finish: (result?: unknown) => void;
  ended: Promise<unknown>;
  timer: NodeJS.Timeout;
}

/**
 * The LMDB file: one ordered map whose keys begin with a tree's number (4 bytes). Tree 0 is the catalogue, each
 * collection has a tree for its documents and each of its indexes another.
 * Writes go into one open transaction and into the journal; every tenth of a second it is committed and flushed.
 */
export class Store {
  readonly collections = new Map<string, Collection>();
  readonly folder: string;
  private lmdb: DataFile;
  private readonly journal: Journal;
  private nextTree = 1;
  private epoch = 1;
  private transaction: Transaction | null = null;
  private changes: Change[] = [];
  private committing: Promise<void> | null = null;
  /** Why the last commit failed; until one succeeds nothing is written. */
  private stuck: unknown = null;
  /** Bytes of the data file that were read or written since its mapped pages were last counted, about. */
  private touched = 0;
  private readonly copies = new Set<Promise<void>>();

  /** Opens or creates the data file, with what the journal holds of a process that was killed. */
  constructor(folder: string) {
    this.folder = folder;
    this.lmdb = openDataFile(folder);
    this.journal = new Journal(folder);
    this.load();
  }

  /** Brings everything to the last commit and the journal's records behind it. */
  private load(): void {
    this.epoch = (this.get(CATALOG, EPOCH)?.readUInt32LE(0) ?? 0) + 1;
    const changes = this.journal.read(this.epoch);
    if (changes.length > 0) this.begin();
    for (const { key, value } of changes) {
      if (value) this.lmdb.putSync(key, value);
      else this.lmdb.removeSync(key);
    }
    this.collections.clear();
    for (const { key, value } of this.entries(CATALOG, Buffer.alloc(1), null, false, 1e6)) {
      if (key.equals(NEXT_TREE)) this.nextTree = value.readUInt32LE(0);
      else if (!key.equals(EPOCH)) {
        const record = decodeDocument(value) as unknown as CollectionRecord;
        record.indexes = record.indexes.filter((index) => index.ready); // one whose making was cut short is made anew
        this.collections.set(record.ns, new Collection(this, record));
      }
    }
  }

  private begin(): void {
    if (this.transaction) return;
    let finish: Transaction['finish'] = () => undefined;
    const work = new Promise<unknown>((resolve) => {
      finish = resolve;
    });
    const ended = Promise.resolve(this.lmdb.transactionSync(() => work));
    const timer = setTimeout(() => void this.commit(), this.stuck ? TRY_AGAIN_MS : COMMIT_AFTER_MS);
    this.transaction = { finish, ended, timer };
  }

  /**
   * Does `work`, whole or (when it throws) not at all. On return it outlives a kill; the disk has it within a tenth
   * of a second. Throws when the disk is full.
   */
  write<T>(work: () => T): T {
    if (this.stuck) throw this.stuck;
    this.boundMapping();
    this.begin();
    this.changes = [];
    try {
      const result = work();
      for (const collection of this.collections.values()) if (collection.changed) this.saveCollection(collection);
      if (this.changes.length > 0) this.journal.append(this.epoch, this.changes);
      if (this.journal.size > COMMIT_AFTER_BYTES) void this.commit();
      return result;
    } catch (error) {
      void this.undo();
      throw error;
    } finally {
      this.changes = [];
    }
  }

  /** Gives up the open transaction and takes what was acknowledged of it from the journal. Done before the next event. */
  private async undo(): Promise<void> {
    await this.end(ABORT).catch(() => undefined);
    this.load();
  }

  private async end(result?: unknown): Promise<void> {
    const { transaction } = this;
    if (!transaction) return;
    clearTimeout(transaction.timer);
    transaction.finish(result);
    try {
      await transaction.ended;
    } finally {
      this.transaction = null;
    }
  }

  /** Whether the last commit failed, so that writes are refused until one succeeds. */
  get isStuck(): boolean {
    return this.stuck !== null;
  }

  /** Commits what is open and resolves when it is on the disk; when that fails, writes are refused and it is tried again. */
  commit(): Promise<void> {
    this.committing ??= this.tryCommit().finally(() => {
      this.committing = null;
    });
    return this.committing;
  }

  private async tryCommit(): Promise<void> {
    if (!this.transaction) return;
    try {
      const epoch = Buffer.alloc(4);
      epoch.writeUInt32LE(this.epoch);
      this.lmdb.putSync(treeKey(CATALOG, EPOCH), epoch);
      await this.end();
      this.stuck = null;
      this.epoch++;
      this.journal.clear();
    } catch (error) {
      this.stuck = error;
      await this.undo();
      this.begin();
    }
  }

  /** Resolves when all that was written is on the disk. Throws when the disk is full. */
  async flush(): Promise<void> {
    await this.commit();
    if (this.stuck) throw this.stuck;
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
    this.remove(CATALOG, Buffer.from(ns));
    for (const index of collection.indexes) if (index.tree !== collection.tree) yield* this.clear(index.tree);
    yield* this.clear(collection.tree);
  }

  /** Removes all entries of a tree, in slices. Call within `write`. */
  *clear(tree: number): Generator<null, void> {
    for (;;) {
      const batch = this.entries(tree, Buffer.alloc(0), null, false, 64);
      for (const { key } of batch) this.remove(tree, key);
      if (batch.length < 64) return;
      yield null;
    }
  }

  /** Pages that were read stay mapped and count as our memory: when they are many, the file is opened anew. */
  private boundMapping(): void {
    if (this.touched < LOOK_AFTER_BYTES || this.copies.size > 0 || this.stuck) return;
    if (mappedBytes() < MOST_MAPPED) this.touched = 0;
    else if (this.transaction) void this.commit();
    else {
      this.touched = 0;
      void this.lmdb.close(); // at once: nothing is being read or written
      this.lmdb = openDataFile(this.folder);
    }
  }

  /** A value; the buffer is only valid until the next call. */
  peek(tree: number, key: Buffer): Buffer | undefined {
    this.touched += PAGE;
    return this.lmdb.getBinaryFast(treeKey(tree, key));
  }

  /** A value, as a copy that stays. */
  get(tree: number, key: Buffer): Buffer | undefined {
    this.touched += PAGE;
    const bytes = this.lmdb.getBinary(treeKey(tree, key));
    return bytes && (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes));
  }

  put(tree: number, key: Buffer, value: Buffer): void {
    const change = { key: treeKey(tree, key), value };
    this.changes.push(change);
    this.touched += PAGE;
    this.lmdb.putSync(change.key, value);
  }

  remove(tree: number, key: Buffer): void {
    const change = { key: treeKey(tree, key), value: null };
    this.changes.push(change);
    this.touched += PAGE;
    this.lmdb.removeSync(change.key);
  }

  /** Up to `limit` entries with from <= key < to (null: to the tree's end), or downwards from below `to` to `from`. */
  entries(tree: number, from: Buffer, to: Buffer | null, reverse: boolean, limit: number): Entry[] {
    this.boundMapping();
    const list: Entry[] = [];
    for (const { key, value } of this.lmdb.getRange({
      ...treeRange(tree, from, to, reverse),
      limit,
      snapshot: false,
    })) {
      list.push({ key: (key as Buffer).subarray(4), value: value as Buffer });
      this.touched += (key as Buffer).length + (value as Buffer).length;
    }
    return list;
  }

  /** How many entries there are with from <= key < to. */
  countEntries(tree: number, from: Buffer, to: Buffer | null): number {
    return this.lmdb.getKeysCount(treeRange(tree, from, to, false));
  }

  get sizeOnDisk(): number {
    const { lastPageNumber = 0 } = this.lmdb.getStats() as { lastPageNumber?: number };
    return lastPageNumber * PAGE;
  }

  /** Makes a data file in an empty folder: everything acknowledged until now, at one moment; writing goes on meanwhile. */
  async copyTo(folder: string): Promise<void> {
    await this.flush();
    const copy = this.lmdb.backup(folder, true).finally(() => this.copies.delete(copy));
    this.copies.add(copy);
    await copy;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.copies);
    await this.commit();
    await this.end(ABORT).catch(() => undefined); // what could not be committed stays in the journal
    this.journal.close();
    await this.lmdb.close();
  }
}
