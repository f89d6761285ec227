import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type mongo, Types } from 'mongoose';
import { KadeError } from '../errors.ts';
import type { StoredFile } from '../message.ts';
import type { Clock } from '../ports.ts';
import type { FileRecord } from './file.model.ts';

/** Largest file taken in, bytes. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** Files in a folder, named by their id, described in the collection `files`. */
export class FileStore {
  readonly #folder: string;
  readonly #files: mongo.Collection<FileRecord>;
  readonly #clock: Clock;

  constructor(folder: string, files: mongo.Collection<FileRecord>, clock: Clock) {
    this.#folder = folder;
    this.#files = files;
    this.#clock = clock;
  }

  /** Streams `content` to disk; `file_too_large` above MAX_FILE_BYTES, `disk_full` when there is no room; nothing is left behind then. */
  async save(
    shopId: Types.ObjectId,
    name: string,
    mimeType: string,
    content: Readable | Buffer | string,
    about: Pick<FileRecord, 'customerId'> = {},
  ): Promise<StoredFile> {
    const _id = new Types.ObjectId();
    const path = this.path(_id.toHexString());
    await mkdir(this.#folder, { recursive: true });
    try {
      const source = content instanceof Readable ? content : Readable.from([content]);
      await pipeline(source, limitBytes, createWriteStream(path, { mode: 0o600 }));
      const { size } = await stat(path);
      await this.#files.insertOne({ _id, shopId, name, mimeType, size, createdAt: this.#clock.now(), ...about });
      return { id: _id.toHexString(), name, mimeType, size };
    } catch (error) {
      await rm(path, { force: true });
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
        ? new KadeError('disk_full', {}, { cause: error })
        : error;
    }
  }

  /** Deletes files of this shop from disk. May be repeated. */
  async remove(shopId: Types.ObjectId, ids: readonly string[]): Promise<void> {
    const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
    const own = await this.#files.find({ shopId, _id }, { projection: { _id: 1 } }).toArray();
    for (const file of own) await rm(this.path(file._id.toHexString()), { force: true });
    await this.#files.deleteMany({ shopId, _id });
  }

  /** Where the file lies; for readers that need a path. */
  path(id: string): string {
    return join(this.#folder, id);
  }

  /** Describes a file of this shop; `file_not_found` otherwise. */
  async get(shopId: Types.ObjectId, id: string): Promise<StoredFile> {
    const record = Types.ObjectId.isValid(id)
      ? await this.#files.findOne({ _id: new Types.ObjectId(id), shopId })
      : null;
    if (!record) throw new KadeError('file_not_found');
    return { id, name: record.name, mimeType: record.mimeType, size: record.size };
  }

  /** What the disk has left for us. */
  async freeBytes(): Promise<number> {
    await mkdir(this.#folder, { recursive: true });
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  open(id: string): Readable {
    return createReadStream(this.path(id));
  }
}

async function* limitBytes(source: AsyncIterable<Buffer | string>): AsyncIterable<Buffer | string> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > MAX_FILE_BYTES) throw new KadeError('file_too_large', { limitMb: MAX_FILE_BYTES / 1024 / 1024 });
    yield chunk;
  }
}
