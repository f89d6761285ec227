import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import { DATABASE, FORMAT, isKept, MANIFEST, SUMS } from './format.ts';
import { readTar, type TarEntry } from './tar.ts';

const LONGEST_TEXT = 256 * 1024 * 1024;
const manifestSchema = z.object({ format: z.number().int(), createdAt: z.coerce.date() });

/** Unpacks a backup into an empty folder, every file checked by its hash; when it was made. Throws a Refusal for any other file. */
export async function unpackBackup(file: string, into: string): Promise<{ createdAt: Date; files: number }> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip();
  const piped = pipeline(source, gunzip);
  piped.catch(() => undefined); // told through reading
  try {
    const unpacked = await unpackEntries(readTar(gunzip), file, into);
    await piped;
    return unpacked;
  } catch (error) {
    throw explain(error, file);
  } finally {
    source.destroy();
  }
}

async function unpackEntries(entries: AsyncGenerator<TarEntry>, file: string, into: string) {
  const sums = new Map<string, string>();
  let createdAt: Date | null = null;
  let expected: string | null = null;
  for await (const entry of entries) {
    if (!createdAt) createdAt = await readManifest(entry, file);
    else if (entry.name === SUMS) expected = await readText(entry);
    else sums.set(entry.name, await unpackEntry(entry, into));
  }
  const found = [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('');
  if (!createdAt || expected !== found || !sums.has(`${DATABASE}/data.mdb`)) throw unusable(file);
  return { createdAt, files: sums.size };
}

async function readManifest(entry: TarEntry, file: string): Promise<Date> {
  if (entry.name !== MANIFEST) throw unusable(file);
  const { format, createdAt } = manifestSchema.parse(JSON.parse(await readText(entry)));
  if (format > FORMAT)
    throw new Refusal(`${file} was made by a newer Kade. Update Kade, then restore it; nothing was changed.`);
  return createdAt;
}

/** The file's hash; a name that leads out of the folder is nothing that a backup has. */
async function unpackEntry({ name, content }: TarEntry, into: string): Promise<string> {
  const plain = name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
  if (!plain || !(isKept(name) || name === `${DATABASE}/data.mdb`)) throw new RangeError(name);
  const hash = createHash('sha256');
  const path = join(into, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600, flush: true }),
  );
  return hash.digest('hex');
}

async function readText({ size, content }: TarEntry): Promise<string> {
  if (size > LONGEST_TEXT) throw new RangeError('too long');
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function unusable(file: string, cause?: unknown): Refusal {
  const what = `${file} is not a whole backup of Kade: it is damaged, was not copied to its end, or is another file.`;
  return new Refusal(`${what} Nothing was changed; name one that "npm run backup" made.`, { cause });
}

function explain(error: unknown, file: string): unknown {
  const code = String((error as NodeJS.ErrnoException).code);
  if (code === 'ENOENT' || code === 'EISDIR')
    return new Refusal(`There is no file ${file}. Name one that "npm run backup" made.`, { cause: error });
  const unreadable = error instanceof RangeError || error instanceof SyntaxError || error instanceof z.ZodError;
  return unreadable || code.startsWith('Z_') ? unusable(file, error) : error;
}
