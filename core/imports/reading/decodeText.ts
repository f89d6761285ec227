import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding } from './sourceTable.ts';

/** Pieces of decoded text, and what had to be mended in them. */
export interface TextDecoding {
  /** The text of the next bytes; a character cut by the end of the piece waits for the next one. */
  write(bytes: Buffer): string;
  /** What was still waiting. */
  end(): string;
  /** Bytes that were not UTF-8 in a UTF-8 file and were read as Windows-1252. */
  readonly mended: number;
}

/** Tells the encoding from a file's first bytes: byte order mark, then the pattern of zero bytes, then validity as UTF-8. */
export function sniffEncoding(sample: Buffer): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  // Delimiters, digits and line ends have a zero half in UTF-16, whatever the script: a fortieth of the units at least.
  const plain = { le: 0, be: 0 };
  for (let i = 0; i + 1 < sample.length; i += 2) {
    const [low = 0, high = 0] = [sample[i], sample[i + 1]];
    if (high === 0 && low > 8 && low < 127) plain.le += 1;
    if (low === 0 && high > 8 && high < 127) plain.be += 1;
  }
  if (Math.max(plain.le, plain.be) * 80 > sample.length && plain.le + plain.be > 3) {
    if (plain.be * 10 < plain.le) return 'utf-16le';
    if (plain.le * 10 < plain.be) return 'utf-16be';
  }
  const whole = sample.subarray(0, sample.length - cutTail(sample));
  if (isUtf8(whole)) return 'utf-8';
  const { text, mended } = mendUtf8(whole);
  let multi = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) multi += 1;
  // Mostly sound UTF-8 with a few bad bytes stays UTF-8; those bytes are mended on the way.
  return multi - mended > mended ? 'utf-8' : 'windows-1252';
}

/**
 * Decodes bytes in pieces of any size without ever making up a U+FFFD: what is not UTF-8 in a UTF-8 file is read as
 * Windows-1252 (WHATWG Encoding Standard) and counted. A byte order mark at the start is dropped.
 */
export function decodeText(encoding: Encoding): TextDecoding {
  let held: Buffer = Buffer.alloc(0);
  let first = true;
  let mended = 0;
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const decode = (bytes: Buffer): string => {
    if (encoding === 'windows-1252') return readWindows(bytes);
    if (encoding === 'utf-16le') return bytes.toString('utf16le');
    if (encoding === 'utf-16be') return Buffer.from(bytes).swap16().toString('utf16le');
    if (isAscii(bytes)) return bytes.toString('latin1');
    if (isUtf8(bytes)) return bytes.toString('utf8');
    const mend = mendUtf8(bytes);
    mended += mend.mended;
    return mend.text;
  };
  const strip = (text: string): string => {
    if (!first || text === '') return text;
    first = false;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  return {
    write(bytes) {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const wait = unit === 2 ? all.length % 2 : encoding === 'utf-8' ? cutTail(all) : 0;
      held = wait === 0 ? held.subarray(0, 0) : Buffer.from(all.subarray(all.length - wait));
      return strip(decode(wait === 0 ? all : all.subarray(0, all.length - wait)));
    },
    end() {
      const rest = unit === 2 ? held.subarray(0, held.length & ~1) : held;
      held = held.subarray(0, 0);
      return strip(decode(rest));
    },
    get mended() {
      return mended;
    },
  };
}

/** 0x80 to 0x9f in Windows-1252; Node's own decoder (20.x) reads them as Latin-1's control characters. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function readWindows(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (char) => WINDOWS[char.charCodeAt(0) - 0x80] ?? char);
}

/** Bytes at the end that may be the beginning of a UTF-8 character whose rest has not come yet. */
function cutTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Reads sound UTF-8 as it is and every other byte as Windows-1252. */
function mendUtf8(bytes: Buffer): { text: string; mended: number } {
  const parts: string[] = [];
  let mended = 0;
  let from = 0;
  let at = 0;
  while (at < bytes.length) {
    const size = soundLength(bytes, at);
    if (size > 0) {
      at += size;
      continue;
    }
    parts.push(bytes.toString('utf8', from, at), readWindows(bytes.subarray(at, at + 1)));
    mended += 1;
    at += 1;
    from = at;
  }
  parts.push(bytes.toString('utf8', from));
  return { text: parts.join(''), mended };
}

/** Length of the sound UTF-8 character at `at`, 0 if there is none. */
function soundLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  return size > 0 && at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)) ? size : 0;
}
