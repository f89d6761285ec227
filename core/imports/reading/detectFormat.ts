import type { FileHandle } from 'node:fs/promises';

/** What a file is by its first bytes; `text` still has to prove that it is data. */
export type Format = 'text' | 'gzip' | 'zip' | 'old-office' | { readonly refused: string };

const SIGNATURES: readonly [bytes: string, found: string][] = [
  ['25504446', 'pdf'],
  ['ffd8ff', 'image'],
  ['89504e47', 'image'],
  ['47494638', 'image'],
  ['424d', 'image'],
  ['49492a00', 'image'],
  ['4d4d002a', 'image'],
  ['52494646', 'media'],
  ['4f676753', 'media'],
  ['494433', 'media'],
  ['377abcaf271c', 'archive'],
  ['52617221', 'archive'],
  ['425a68', 'archive'],
  ['28b52ffd', 'archive'],
  ['fd377a585a00', 'archive'],
  ['7b5c727466', 'document'],
  ['7f454c46', 'program'],
  ['4d5a', 'program'],
  ['53514c69746520666f726d6174', 'database'],
];

/** Tells a format from a file's first bytes (16 and more), whatever its name says. */
export function detectFormat(head: Buffer): Format {
  const hex = head.subarray(0, 16).toString('hex');
  if (hex.startsWith('1f8b')) return 'gzip';
  if (/^504b(?:0304|0506|0708)/.test(hex)) return 'zip';
  if (hex.startsWith('d0cf11e0a1b11ae1')) return 'old-office';
  if (head.subarray(4, 8).toString('latin1') === 'ftyp') return { refused: 'media' };
  for (const [bytes, found] of SIGNATURES) {
    // Short signatures are letters too ("BM…", "MZ…"): only with a byte behind them that text does not have.
    if (hex.startsWith(bytes) && (bytes.length > 6 || hasControl(head.subarray(0, 64)))) return { refused: found };
  }
  return 'text';
}

/** What a text's beginning says it is instead of rows; undefined where it may be data. */
export function refuseText(text: string): string | undefined {
  const start = text.slice(0, 1000).trimStart();
  if (/^<(?:!doctype html|html|head|table)/i.test(start)) return 'web page';
  if (/^<\?xml|^<[a-z]+[ >]/i.test(start)) return 'xml';
  if (/^(?:\[\s*[[{]|\{\s*"[^"]*"\s*:)/.test(start)) return 'json';
  if (/^%PDF-/.test(start)) return 'pdf';
  let controls = 0;
  const sample = text.slice(0, 20_000);
  for (let i = 0; i < sample.length; i++) {
    const code = sample.charCodeAt(i);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27) controls += 1;
  }
  return controls > sample.length / 100 && controls > 2 ? 'binary' : undefined;
}

/** The first `size` bytes of an open file. */
export async function readHead(file: FileHandle, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
  return buffer.subarray(0, bytesRead);
}

function hasControl(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32));
}
