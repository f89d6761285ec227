import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { openPromise } from 'yauzl';
import { KadeError } from '../../errors.ts';
import { type Container, MAX_UNPACKED_BYTES } from './sourceTable.ts';

/** A table's unpacked bytes, and how far the packed file has been read. */
export interface OpenedBytes {
  readonly chunks: AsyncIterable<Buffer>;
  readonly bytesTotal: number;
  /** What it says it unpacks to; a guess, as anything can be written there. */
  readonly unpackedTotal: number;
  bytesRead(): number;
  close(): void;
}

const CHUNK = 128 * 1024;

/**
 * Opens the bytes behind a container, unpacked as a stream. Throws `file_not_found`, `file_broken` when they cannot be
 * unpacked and `file_unpacks_too_large` { limitMb } past MAX_UNPACKED_BYTES, the last two also while reading.
 */
export async function openBytes(path: string, container: Container): Promise<OpenedBytes> {
  if (container.kind === 'zip') return openMember(path, container.member);
  const { size } = await stat(path).catch((error: unknown) => {
    throw new KadeError('file_not_found', {}, { cause: error });
  });
  const unpackedTotal = container.kind === 'gzip' ? await gzipSize(path, size) : size;
  const file = createReadStream(path, { highWaterMark: CHUNK });
  if (container.kind === 'plain') {
    const bytesRead = (): number => file.bytesRead;
    return { chunks: guarded(file), bytesTotal: size, unpackedTotal, bytesRead, close: () => file.destroy() };
  }
  const unpacked = joined(file, createGunzip({ chunkSize: CHUNK }));
  return {
    chunks: guarded(unpacked),
    bytesTotal: size,
    unpackedTotal,
    bytesRead: () => file.bytesRead,
    close: () => unpacked.destroy(),
  };
}

/** Entries of a zip's directory, in order; throws `file_broken`. Close the file when done. */
export async function openZip(path: string): Promise<{ zip: ZipFile; entries: Entry[] }> {
  try {
    const zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
    const entries: Entry[] = [];
    try {
      for await (const entry of zip.eachEntry()) {
        entries.push(entry);
        if (entries.length > MAX_ENTRIES) throw new Error('too many entries');
      }
    } catch (error) {
      zip.close();
      throw error;
    }
    return { zip, entries };
  } catch (error) {
    throw new KadeError('file_broken', {}, { cause: error });
  }
}

const MAX_ENTRIES = 10_000;
const STORED = 0;
const DEFLATED = 8;

async function openMember(path: string, member: number): Promise<OpenedBytes> {
  const { zip, entries } = await openZip(path);
  const entry = entries[member];
  try {
    if (!entry) throw new KadeError('file_broken');
    if (entry.isEncrypted()) throw new KadeError('file_encrypted');
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) throw new KadeError('file_broken');
    const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    let read = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        read += chunk.length;
        done(null, chunk);
      },
    });
    const raw = joined(packed, counter);
    const out = entry.compressionMethod === STORED ? raw : joined(raw, createInflateRaw({ chunkSize: CHUNK }));
    out.once('close', () => zip.close());
    return {
      chunks: guarded(out, entry.crc32),
      bytesTotal: entry.compressedSize,
      unpackedTotal: entry.uncompressedSize,
      bytesRead: () => read,
      close: () => out.destroy(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof KadeError ? error : new KadeError('file_broken', {}, { cause: error });
  }
}

/** The unpacked size modulo 4 GB, which a gzip file (RFC 1952) ends with. */
async function gzipSize(path: string, size: number): Promise<number> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return bytesRead === 4 ? buffer.readUInt32LE(0) : 0;
  } finally {
    await file.close();
  }
}

/** `pipe` that hands errors forward and closing backward. */
function joined<T extends Transform>(from: Readable, to: T): T {
  from.on('error', (error) => to.destroy(error));
  to.on('close', () => from.destroy());
  return from.pipe(to);
}

/** Chunks with the unpacked size (and a zip member's checksum) watched, the unpacker's complaints turned into a refusal. */
async function* guarded(stream: Readable, checksum?: number): AsyncIterable<Buffer> {
  let size = 0;
  let sum = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_UNPACKED_BYTES) {
        throw new KadeError('file_unpacks_too_large', { limitMb: Math.round(MAX_UNPACKED_BYTES / 1048576) });
      }
      if (checksum !== undefined) sum = crc32(chunk, sum);
      yield chunk;
    }
    if (checksum !== undefined && sum !== checksum) throw new Error('checksum');
  } catch (error) {
    throw error instanceof KadeError ? error : new KadeError('file_broken', {}, { cause: error });
  } finally {
    stream.destroy();
  }
}
