import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { KadeError } from '../../errors.ts';
import { startWorker } from '../../threads/startWorker.ts';
import { decodeText, sniffEncoding } from './decodeText.ts';
import { describeTable } from './describeTable.ts';
import { detectFormat, type Format, readHead, refuseText } from './detectFormat.ts';
import { openBytes, openZip } from './openBytes.ts';
import { sniffDialect } from './sniffDialect.ts';
import {
  type Container,
  MAX_COLUMNS,
  MAX_FILE_BYTES,
  MAX_ROW_CHARS,
  MAX_UNPACKED_BYTES,
  MAX_WORKBOOK_BYTES,
  type SourceTable,
} from './sourceTable.ts';
import { CsvTokenizer } from './tokenizeCsv.ts';
import type { WorkbookFound } from './workbookWorker.ts';

/** What a file holds: its tables, and the parts that were left out because they are none (with the reason's code). */
export interface Inspection {
  readonly fileName: string;
  readonly bytes: number;
  readonly tables: readonly SourceTable[];
  readonly leftOut: readonly { name: string; code: string }[];
}

const SAMPLE_BYTES = 256 * 1024;
const MAX_TABLES = 50;
/** A workbook is read whole: what its XML may come to. */
const MAX_WORKBOOK_UNPACKED = 200 * 1024 * 1024;
const WORKBOOK_MEMORY = { maxOldGenerationSizeMb: 1536 };

/**
 * Looks into a file of any kind, by its content and not its name, and finds the tables in it: CSV in any usual dialect
 * and encoding, gzip or zip of it, .xlsx. Reads the beginning only (.xlsx whole, in a worker thread). Throws `file_not_found`,
 * `file_empty`, `file_binary` { found }, `file_broken`, `file_encrypted`, `file_old_excel`, `file_too_large` { limitMb },
 * `file_unpacks_too_large` { limitMb }, `file_line_too_long` { line }, `file_no_columns`.
 */
export async function inspectFile(path: string, fileName: string): Promise<Inspection> {
  const name = safeName(fileName);
  const { size, format } = await identify(path);
  if (size > MAX_FILE_BYTES) throw new KadeError('file_too_large', { limitMb: MAX_FILE_BYTES / 1048576 });
  if (format === 'zip') return inspectZip(path, name, size);
  const container: Container = { kind: format === 'gzip' ? 'gzip' : 'plain' };
  const table = await inspectText(path, container, 'csv', format === 'gzip' ? name.replace(/\.gz$/i, '') : name);
  return { fileName: name, bytes: size, tables: [table], leftOut: [] };
}

/** A name without folders, control characters or surprises, at most 100 characters. */
export function safeName(name: string): string {
  const last = basename(name.replaceAll('\\', '/'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const clean = last.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return clean.replace(/^\.+$/, '').slice(0, 100) || 'file';
}

async function identify(path: string): Promise<{ size: number; format: 'text' | 'gzip' | 'zip' }> {
  const file = await open(path).catch((error: unknown) => {
    throw new KadeError('file_not_found', {}, { cause: error });
  });
  try {
    const { size } = await file.stat();
    if (size === 0) throw new KadeError('file_empty');
    const head = await readHead(file, 64 * 1024);
    return { size, format: accepted(detectFormat(head), head) };
  } finally {
    await file.close();
  }
}

function accepted(format: Format, head: Buffer): 'text' | 'gzip' | 'zip' {
  if (typeof format === 'object') throw new KadeError('file_binary', { found: format.refused });
  if (format !== 'old-office') return format;
  // Excel writes a workbook with a password into the old container.
  const locked = head.includes(Buffer.from('EncryptedPackage', 'utf16le'));
  throw new KadeError(locked ? 'file_encrypted' : 'file_old_excel');
}

async function inspectZip(path: string, fileName: string, bytes: number): Promise<Inspection> {
  const { zip, entries } = await openZip(path);
  zip.close();
  const names = entries.map((entry) => entry.fileNameRaw.toString('utf8'));
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (names.includes('xl/workbook.xml')) return inspectWorkbook(path, fileName, bytes, unpacked);
  if (names.some((name) => /^(?:word|ppt)\//.test(name) || name === 'content.xml')) {
    throw new KadeError('file_binary', { found: 'document' });
  }
  const tables: SourceTable[] = [];
  const leftOut: { name: string; code: string }[] = [];
  let refusal: KadeError | undefined;
  for (const [member, entry] of entries.entries()) {
    const full = names[member] ?? '';
    const name = safeName(full);
    if (full.endsWith('/') || full.startsWith('__MACOSX/') || name.startsWith('.')) continue;
    try {
      if (entry.uncompressedSize > MAX_UNPACKED_BYTES) {
        throw new KadeError('file_unpacks_too_large', { limitMb: MAX_UNPACKED_BYTES / 1048576 });
      }
      if (tables.length >= MAX_TABLES) throw new KadeError('file_too_large', { limitMb: MAX_FILE_BYTES / 1048576 });
      tables.push(await inspectText(path, { kind: 'zip', member }, `zip-${member}`, name));
    } catch (error) {
      if (!(error instanceof KadeError)) throw error;
      refusal ??= error;
      leftOut.push({ name, code: error.code });
    }
  }
  if (tables.length === 0) throw refusal ?? new KadeError('file_empty');
  return { fileName, bytes, tables, leftOut };
}

/** A workbook is read whole, in a thread of its own: seconds of work and memory that is given back when it ends. */
async function inspectWorkbook(path: string, fileName: string, bytes: number, unpacked: number): Promise<Inspection> {
  const tooLarge = new KadeError('file_too_large', { limitMb: MAX_WORKBOOK_BYTES / 1048576 });
  if (bytes > MAX_WORKBOOK_BYTES) throw tooLarge;
  if (unpacked > MAX_WORKBOOK_UNPACKED) {
    throw new KadeError('file_unpacks_too_large', { limitMb: MAX_WORKBOOK_UNPACKED / 1048576 });
  }
  const worker = startWorker('workbookWorker', import.meta.url, { workerData: path, resourceLimits: WORKBOOK_MEMORY });
  try {
    const [found] = (await once(worker, 'message')) as [WorkbookFound];
    if (found.tables.length === 0) throw new KadeError(found.leftOut.length > 0 ? 'file_empty' : 'file_broken');
    return { fileName, bytes, ...found };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') throw tooLarge;
    throw error;
  } finally {
    await worker.terminate();
  }
}

async function inspectText(path: string, container: Container, id: string, name: string): Promise<SourceTable> {
  const { sample, whole, share } = await readSampleBytes(path, container);
  if (sample.length === 0) throw new KadeError('file_empty');
  if (container.kind !== 'plain') {
    const inner = detectFormat(sample);
    if (inner !== 'text')
      throw new KadeError('file_binary', { found: typeof inner === 'object' ? inner.refused : 'archive' });
  }
  const encoding = sniffEncoding(sample);
  const decoder = decodeText(encoding);
  const decoded = decoder.write(sample) + (whole ? decoder.end() : '');
  const found = refuseText(decoded);
  if (found) throw new KadeError('file_binary', { found });
  const text = decoded.replaceAll('\0', '');
  if (text.trim() === '') throw new KadeError('file_empty');
  const dialect = sniffDialect(text);
  const tokenizer = new CsvTokenizer(dialect);
  tokenizer.write(text, whole);
  const wide = tokenizer.rows.findIndex((row) => row.length > MAX_COLUMNS);
  if (wide >= 0) throw new KadeError('file_line_too_long', { line: tokenizer.lines[wide] ?? 0 });
  return describeTable(tokenizer.rows, whole ? 1 : share, { id, name, container, encoding, dialect });
}

/** The first bytes, unpacked: SAMPLE_BYTES, or more until the first line is whole. `share` is how much of the file they are. */
async function readSampleBytes(
  path: string,
  container: Container,
): Promise<{ sample: Buffer; whole: boolean; share: number }> {
  const bytes = await openBytes(path, container);
  const parts: Buffer[] = [];
  let size = 0;
  let lineEnd = false;
  try {
    for await (const chunk of bytes.chunks) {
      parts.push(chunk);
      size += chunk.length;
      lineEnd ||= chunk.includes(10) || chunk.includes(13);
      if (size >= SAMPLE_BYTES && lineEnd) {
        return {
          sample: Buffer.concat(parts),
          whole: false,
          share: Math.min(1, size / Math.max(1, bytes.unpackedTotal)),
        };
      }
      if (size > MAX_ROW_CHARS * 2) throw new KadeError('file_line_too_long', { line: 1 });
    }
    return { sample: Buffer.concat(parts), whole: true, share: 1 };
  } finally {
    bytes.close();
  }
}
