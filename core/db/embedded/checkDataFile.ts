import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

const PAGE = 4096;
/** Where LMDB's first two pages have their mark, its version and the number of the last page (mdb.c, MDB_meta). */
const META = { mark: 24, version: 28, lastPage: 144, bytes: 152 };
const MARK = 0xbeefc0de;
const VERSION = 2;

/** What LMDB leaves out is less than that: of a young file a good part, of a grown one little. */
const LEFT_OUT = { pages: 256, share: 0.25 };

/** The data file is no database, or no more; the message says what to do. */
export class DamagedFile extends Error {}

/**
 * Looks at a folder's data file before LMDB does, which would end the process. Throws DamagedFile for what does not begin
 * as a database does, or has lost a good part of its end. A little less is made as long as it says it is, with nothing in
 * it: LMDB leaves out last pages that nothing stands on; were one missing, the command that reads there would fail.
 */
export function checkDataFile(folder: string): void {
  const file = path.join(folder, 'data.mdb');
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    const { size } = fstatSync(handle);
    if (size === 0) return;
    const pages = Math.max(...[0, PAGE].map((at) => lastPage(handle, at))) + 1;
    const missing = pages - size / PAGE;
    if (Number.isNaN(pages) || missing > Math.max(LEFT_OUT.pages, LEFT_OUT.share * pages)) {
      throw new DamagedFile(
        `The data file ${file} is damaged. Bring a backup back with npm run restore -- FILE; what lies there now is kept aside.`,
      );
    }
    if (size < pages * PAGE) ftruncateSync(handle, pages * PAGE);
  } finally {
    closeSync(handle);
  }
}

/** The number of the file's last page as a first page has it; NaN where it is none. */
function lastPage(handle: number, at: number): number {
  const meta = Buffer.alloc(META.bytes);
  readSync(handle, meta, 0, META.bytes, at);
  const good = meta.readUInt32LE(META.mark) === MARK && meta.readUInt32LE(META.version) === VERSION;
  return good ? Number(meta.readBigUInt64LE(META.lastPage)) : Number.NaN;
}
