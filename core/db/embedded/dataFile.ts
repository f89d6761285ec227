import { readFileSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';

/** LMDB's one ordered map of bytes. */
export type DataFile = RootDatabase<Buffer, Buffer>;

const PAGE = 4096;

/** Opens or creates the data file in a folder: the plain, fully synchronous LMDB, whose commit returns when the data is on the disk. */
export function openDataFile(folder: string): DataFile {
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

/** Bytes of files (the data file's nearly all) that the system keeps mapped for this process; 0 where it does not tell. */
export function mappedBytes(): number {
  if (process.platform !== 'linux') return 0;
  return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[2]) * PAGE;
}
