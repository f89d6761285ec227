import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Clock } from '../../ports.ts';
import { Refusal } from '../refusal.ts';
import { withEmbedded } from '../withEmbedded.ts';
import { DATABASE, FORMAT, isKept, MANIFEST, SUMS } from './format.ts';
import { padding, TAR_END, tarHeader } from './tar.ts';

/** What went into a backup; `bytes` before compression. */
export interface BackedUp {
  files: number;
  bytes: number;
}

/**
 * Writes everything in a data folder into one file, a tar.gz: the embedded database as it is at one moment, whether
 * Kade runs or not, and the files beside it. Throws a Refusal where there is nothing to keep or no place for it.
 */
export async function backupData(options: { dataDir: string; file: string; clock: Clock }): Promise<BackedUp> {
  const { dataDir, file, clock } = options;
  const database = join(dataDir, DATABASE);
  if (!existsSync(join(database, 'data.mdb')))
    throw new Refusal(`There is no database in ${dataDir}. Set DATA_DIR to the folder that Kade keeps its data in.`);
  if (!relative(dataDir, file).startsWith('..'))
    throw new Refusal(`${file} is inside the data folder. Choose a place outside it, best on another disk.`);
  if (existsSync(file)) throw new Refusal(`${file} is there already. Choose another name; nothing was written.`);
  const part = `${file}.part`;
  const done: BackedUp = { files: 0, bytes: 0 };
  try {
    await withEmbedded(database, async (client) => {
      const answer = await client.db('admin').command({ kadeSnapshot: 1 });
      const folder = join(database, answer.snapshot as string);
      try {
        const gzip = createGzip({ level: constants.Z_BEST_SPEED });
        await pipeline(
          pack(folder, dataDir, clock.now(), done),
          gzip,
          createWriteStream(part, { mode: 0o600, flush: true }),
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
    await rename(part, file);
    return done;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** The archive: what it is, the database, the files that were there when the database was copied, and all their hashes. */
async function* pack(snapshot: string, dataDir: string, now: Date, done: BackedUp): AsyncGenerator<Buffer> {
  const sums: string[] = [];
  yield* packText(MANIFEST, JSON.stringify({ format: FORMAT, createdAt: now }), now);
  yield* packFile(join(snapshot, 'data.mdb'), `${DATABASE}/data.mdb`, sums, done);
  for await (const path of listFiles(dataDir)) {
    const name = relative(dataDir, path).split(sep).join('/');
    if (isKept(name)) yield* packFile(path, name, sums, done);
  }
  yield* packText(SUMS, sums.join(''), now);
  yield TAR_END;
}

function* packText(name: string, text: string, now: Date): Generator<Buffer> {
  const bytes = Buffer.from(text);
  yield tarHeader(name, bytes.length, now);
  yield bytes;
  yield padding(bytes.length);
}

/** A file with the size that it has now: one that grows meanwhile is cut there, one that is gone is left out. */
async function* packFile(path: string, name: string, sums: string[], done: BackedUp): AsyncGenerator<Buffer> {
  const handle = await openIfThere(path);
  if (!handle) return;
  const { size, mtime } = await handle.stat();
  const hash = createHash('sha256');
  let read = 0;
  yield tarHeader(name, size, mtime);
  if (size > 0) {
    for await (const chunk of handle.createReadStream({ end: size - 1, highWaterMark: 256 * 1024 })) {
      hash.update(chunk);
      read += chunk.length;
      yield chunk;
    }
  } else await handle.close();
  if (read < size) throw new Refusal(`${path} became shorter while it was read. Make the backup again.`);
  yield padding(size);
  sums.push(`${hash.digest('hex')}  ${name}\n`);
  done.files++;
  done.bytes += size;
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The paths of all files below a folder; one that is gone meanwhile has none. */
async function* listFiles(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else if (entry.isFile()) yield path;
  }
}
