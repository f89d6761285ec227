import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** One change of the store: a key and its new value, or null where it is removed. */
export interface Change {
  key: Buffer;
  value: Buffer | null;
}

const HEADER = 12;
const REMOVED = 0xffffffff;

/**
 * What was written since the store's last commit, so that a write can be answered before that commit: handed to the
 * system at once, it outlives a killed process. Records are checked by length, CRC and epoch (the commit that they
 * wait for), so that a torn or an old one ends the reading.
 */
export class Journal {
  private readonly file: string;
  private readonly handle: number;
  private end = 0;
  /** Where records are put together; kept, since they come one after another. */
  private room = Buffer.allocUnsafeSlow(64 * 1024);

  constructor(folder: string) {
    this.file = path.join(folder, 'journal');
    this.handle = openSync(this.file, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** Bytes in use. */
  get size(): number {
    return this.end;
  }

  /** Appends one record. Throws when the disk is full; then nothing was appended. */
  append(epoch: number, changes: readonly Change[]): void {
    const size = changes.reduce((sum, { key, value }) => sum + 8 + key.length + (value?.length ?? 0), HEADER);
    if (this.room.length < size) this.room = Buffer.allocUnsafeSlow(2 * size);
    const record = this.room.subarray(0, size);
    let at = HEADER;
    for (const { key, value } of changes) {
      record.writeUInt32LE(key.length, at);
      record.writeUInt32LE(value ? value.length : REMOVED, at + 4);
      at += 8 + key.copy(record, at + 8);
      if (value) at += value.copy(record, at);
    }
    record.writeUInt32LE(size, 0);
    record.writeUInt32LE(epoch, 8);
    record.writeUInt32LE(crc32(record.subarray(8)), 4);
    let done = 0;
    while (done < record.length) done += writeSync(this.handle, record, done, record.length - done, this.end + done);
    this.end += record.length;
  }

  /** The changes of this epoch, in their order; goes on appending behind them. */
  read(epoch: number): Change[] {
    const bytes = readFileSync(this.file);
    const changes: Change[] = [];
    this.end = 0;
    while (this.end + HEADER <= bytes.length) {
      const size = bytes.readUInt32LE(this.end);
      const record = bytes.subarray(this.end, this.end + size);
      if (size < HEADER || record.length < size || record.readUInt32LE(8) !== epoch) break;
      if (record.readUInt32LE(4) !== crc32(record.subarray(8))) break;
      changes.push(...changesOf(record));
      this.end += size;
    }
    return changes;
  }

  /** Begins anew; the old records stay until they are written over, known by their epoch. */
  clear(): void {
    this.end = 0;
  }

  close(): void {
    closeSync(this.handle);
  }
}

function changesOf(record: Buffer): Change[] {
  const changes: Change[] = [];
  for (let at = HEADER; at < record.length; ) {
    const [keySize, valueSize] = [record.readUInt32LE(at), record.readUInt32LE(at + 4)];
    const key = record.subarray(at + 8, at + 8 + keySize);
    at += 8 + keySize;
    if (valueSize === REMOVED) changes.push({ key, value: null });
    else {
      changes.push({ key, value: record.subarray(at, at + valueSize) });
      at += valueSize;
    }
  }
  return changes;
}
