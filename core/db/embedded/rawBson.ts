import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { CommandError } from './errors.ts';

declare global {
  // Node's own, faster than toString; missing from its types.
  interface Buffer {
    latin1Slice(start?: number, end?: number): string;
    utf8Slice(start?: number, end?: number): string;
  }
}

/** A decoded document. Numbers keep their BSON type: see decodeValue. */
export type Doc = Record<string, unknown>;

/** The fields that are needed of a document: a name with null is wanted whole, with a Shape in part; null is all. */
export type Shape = Map<string, Shape | null>;

/** The most bytes that a document may have. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;
const FIXED: Record<number, number> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};

function endOfName(bytes: Buffer, at: number): number {
  let end = at;
  while (bytes[end] !== 0) {
    if (end >= bytes.length) throw new CommandError(22, 'not terminated field name in BSON');
    end++;
  }
  return end;
}

const names: string[] = new Array(4096).fill('');

/** A field's name; the names that come again and again are kept, as making a string costs more than comparing one. */
function nameOf(bytes: Buffer, at: number, end: number): string {
  let hash = end - at;
  for (let i = at; i < end; i++) hash = (hash * 31 + (bytes[i] as number)) | 0;
  const known = names[hash & 4095] as string;
  if (known.length === end - at && isName(known, bytes, at)) return known;
  const name = bytes.utf8Slice(at, end);
  names[hash & 4095] = name;
  return name;
}

function isName(name: string, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < name.length; i++)
    if (name.charCodeAt(i) !== bytes[at + i] || (bytes[at + i] as number) > 127) return false;
  return true;
}

/** The position behind a value of this BSON type that starts at `at`. Throws 22 InvalidBSON for unknown types. */
export function skipValue(type: number, bytes: Buffer, at: number): number {
  switch (type) {
    case 2:
    case 13:
    case 14:
      return at + 4 + bytes.readInt32LE(at);
    case 3:
    case 4:
    case 15:
      return at + bytes.readInt32LE(at);
    case 5:
      return at + 5 + bytes.readInt32LE(at);
    case 11:
      return endOfName(bytes, endOfName(bytes, at) + 1) + 1;
    case 12:
      return at + 4 + bytes.readInt32LE(at) + 12;
    default: {
      const size = FIXED[type];
      if (size === undefined) throw new CommandError(22, `unrecognized BSON type ${type}`);
      return at + size;
    }
  }
}

/** One top-level element of a raw document: where it, and its value, begin and end. */
export interface Span {
  name: string;
  type: number;
  from: number;
  at: number;
  to: number;
}

/** The elements of a raw document, not decoded. */
export function spansOf(bytes: Buffer, start = 0): Span[] {
  const end = start + bytes.readInt32LE(start) - 1;
  const spans: Span[] = [];
  let from = start + 4;
  while (from < end) {
    const type = bytes[from] as number;
    const nameEnd = endOfName(bytes, from + 1);
    const to = skipValue(type, bytes, nameEnd + 1);
    spans.push({ name: nameOf(bytes, from + 1, nameEnd), type, from, at: nameEnd + 1, to });
    from = to;
  }
  return spans;
}

/** Throws 22 InvalidBSON unless the bytes are one whole, well-nested document, 10334 when it is over 16 MB. */
export function validate(bytes: Buffer, start = 0, limit = bytes.length, depth = 0): void {
  const size = limit - start >= 5 ? bytes.readInt32LE(start) : 0;
  const end = start + size - 1;
  if (size < 5 || end >= limit || bytes[end] !== 0) throw new CommandError(22, 'the document has a wrong length');
  if (depth === 0 && size > MAX_DOCUMENT) {
    throw new CommandError(10334, `BSONObj size: ${size} is invalid. Size must be between 0 and 16793600(16MB)`);
  }
  if (depth > 180) throw new CommandError(15, 'the document is nested deeper than 180 levels');
  let at = start + 4;
  while (at < end) {
    const type = bytes[at] as number;
    at = endOfName(bytes, at + 1) + 1;
    const next = skipValue(type, bytes, at);
    if (next > end || next < at) throw new CommandError(22, 'a value reaches beyond its document');
    if (type === 3 || type === 4) validate(bytes, at, next, depth + 1);
    at = next;
  }
}

const isSmallInteger = (value: number) => (value | 0) === value && !Object.is(value, -0);

/**
 * A BSON value in JavaScript, losing nothing: a double that would be written back as an int32 comes as bson's
 * Double, an int64 as Long, a regular expression as BSONRegExp; other numbers, strings, dates are JavaScript's own.
 */
export function decodeValue(type: number, bytes: Buffer, at: number, shape: Shape | null = null): unknown {
  switch (type) {
    case 1: {
      const value = bytes.readDoubleLE(at);
      return isSmallInteger(value) ? new Double(value) : value;
    }
    case 2:
      return bytes.utf8Slice(at + 4, at + 3 + bytes.readInt32LE(at));
    case 3:
      return decodeDocument(bytes, shape, at);
    case 4:
      return decodeArray(bytes, at, shape);
    case 7:
      return new ObjectId(bytes.subarray(at, at + 12));
    case 8:
      return bytes[at] === 1;
    case 9:
      return new Date(bytes.readInt32LE(at + 4) * 4294967296 + bytes.readUInt32LE(at));
    case 6:
    case 10:
      return null;
    case 16:
      return bytes.readInt32LE(at);
    case 18:
      return new Long(bytes.readInt32LE(at), bytes.readInt32LE(at + 4));
    default:
      return decodeRare(type, bytes, at);
  }
}

function decodeRare(type: number, bytes: Buffer, at: number): unknown {
  switch (type) {
    case 5: {
      const size = bytes.readInt32LE(at);
      return new Binary(Buffer.from(bytes.subarray(at + 5, at + 5 + size)), bytes[at + 4]);
    }
    case 11: {
      const end = endOfName(bytes, at);
      return new BSONRegExp(bytes.utf8Slice(at, end), bytes.utf8Slice(end + 1, endOfName(bytes, end + 1)));
    }
    case 13:
      return new Code(bytes.utf8Slice(at + 4, at + 3 + bytes.readInt32LE(at)));
    case 14:
      return new BSONSymbol(bytes.utf8Slice(at + 4, at + 3 + bytes.readInt32LE(at)));
    case 17:
      return new Timestamp(new Long(bytes.readInt32LE(at), bytes.readInt32LE(at + 4), true));
    case 19:
      return new Decimal128(Buffer.from(bytes.subarray(at, at + 16)));
    case 127:
      return new MaxKey();
    case 255:
      return new MinKey();
    default:
      throw new CommandError(22, `BSON type ${type} is deprecated and not served`);
  }
}

/** Sets a field, `__proto__` included, as a plain own property. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(doc, name, { value, enumerable: true, writable: true, configurable: true });
  else doc[name] = value;
}

/** Decodes a raw document, or only the fields of `shape`, skipping the others by their length. */
export function decodeDocument(bytes: Buffer, shape: Shape | null = null, start = 0): Doc {
  const doc: Doc = {};
  const end = start + bytes.readInt32LE(start) - 1;
  let left = shape === null ? -1 : shape.size;
  let at = start + 4;
  while (at < end && left !== 0) {
    const type = bytes[at] as number;
    const nameEnd = endOfName(bytes, at + 1);
    const name = nameOf(bytes, at + 1, nameEnd);
    at = nameEnd + 1;
    const inner = shape === null ? null : shape.get(name);
    if (inner !== undefined) {
      setField(doc, name, decodeValue(type, bytes, at, inner));
      left--;
    }
    at = skipValue(type, bytes, at);
  }
  return doc;
}

/** A raw document of only these top-level fields, in their order, `_id` first as it is kept. */
export function pickFields(bytes: Buffer, names: ReadonlySet<string>): Buffer {
  const end = bytes.readInt32LE(0) - 1;
  const picked = Buffer.allocUnsafe(end + 1);
  let [to, left] = [4, names.size];
  for (let from = 4; from < end && left > 0; ) {
    const nameEnd = endOfName(bytes, from + 1);
    const next = skipValue(bytes[from] as number, bytes, nameEnd + 1);
    if (names.has(nameOf(bytes, from + 1, nameEnd))) {
      to += bytes.copy(picked, to, from, next);
      left--;
    }
    from = next;
  }
  picked[to] = 0;
  picked.writeInt32LE(to + 1, 0);
  return picked.subarray(0, to + 1);
}

function decodeArray(bytes: Buffer, start: number, shape: Shape | null): unknown[] {
  const list: unknown[] = [];
  const end = start + bytes.readInt32LE(start) - 1;
  let at = start + 4;
  while (at < end) {
    const type = bytes[at] as number;
    at = endOfName(bytes, at + 1) + 1;
    list.push(decodeValue(type, bytes, at, shape));
    at = skipValue(type, bytes, at);
  }
  return list;
}

/** The raw documents of an embedded array, without decoding them. Throws 14 TypeMismatch on another type. */
export function rawArray(bytes: Buffer, span: Span): Buffer[] {
  return spansOf(bytes, span.at).map((item) => {
    if (item.type !== 3)
      throw new CommandError(14, `'${span.name}.${item.name}' is the wrong type, expected an object`);
    return bytes.subarray(item.at, item.to);
  });
}
