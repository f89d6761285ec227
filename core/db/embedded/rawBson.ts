import {
  Binary,
  BSON,
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

const MAX_DOCUMENT = 16 * 1024 * 1024;
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

/** A value kept as its bytes, to be put into a document without being decoded. */
export class RawValue {
  readonly _bsontype = 'Raw'; // so that it is taken for a value, not for a document of fields
  readonly type: number;
  readonly bytes: Buffer;

  constructor(type: number, bytes: Buffer) {
    this.type = type;
    this.bytes = bytes;
  }
}

/** BSON of a document; undefined fields are left out. */
export function encode(doc: Doc): Buffer {
  const bytes = BSON.serialize(doc, { ignoreUndefined: true });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A raw document out of pieces that are whole elements. */
export function assemble(pieces: Buffer[], most = MAX_DOCUMENT): Buffer {
  let size = 5;
  for (const piece of pieces) size += piece.length;
  if (size > most) throw new CommandError(10334, `the document would be ${size} bytes, over the limit of 16 MB`);
  const out = Buffer.allocUnsafe(size);
  out.writeInt32LE(size, 0);
  let at = 4;
  for (const piece of pieces) at += piece.copy(out, at);
  out[at] = 0;
  return out;
}

/** A raw document with these fields set (undefined removes one), all others byte for byte as they were. */
export function patch(bytes: Buffer, changes: Map<string, unknown>): Buffer {
  const pieces: Buffer[] = [];
  const open = new Map(changes);
  let kept = 4;
  for (const span of spansOf(bytes)) {
    if (!open.has(span.name)) continue;
    if (span.from > kept) pieces.push(bytes.subarray(kept, span.from));
    kept = span.to;
    putField(pieces, span.name, open.get(span.name));
    open.delete(span.name);
  }
  if (bytes.length - 1 > kept) pieces.push(bytes.subarray(kept, bytes.length - 1));
  for (const [name, value] of open) putField(pieces, name, value);
  return assemble(pieces);
}

function putField(pieces: Buffer[], name: string, value: unknown): void {
  if (value instanceof RawValue) pieces.push(Buffer.from(`${String.fromCharCode(value.type)}${name}\0`), value.bytes);
  else if (value !== undefined) pieces.push(elements({ [name]: value }));
}

/** The elements of a document's BSON without its length and end. */
export function elements(doc: Doc): Buffer {
  const bytes = encode(doc);
  return bytes.subarray(4, bytes.length - 1);
}

/** An update's operators; what $set and $setOnInsert put at top-level fields stays raw. */
export function decodeOperators(bytes: Buffer): Doc {
  const update: Doc = {};
  for (const span of spansOf(bytes)) {
    const plain = span.type === 3 && (span.name === '$set' || span.name === '$setOnInsert');
    update[span.name] = plain ? rawFields(bytes, span.at) : decodeValue(span.type, bytes, span.at);
  }
  return update;
}

function rawFields(bytes: Buffer, start: number): Doc {
  const fields: Doc = {};
  for (const { name, type, at, to } of spansOf(bytes, start)) {
    const keep = type < 128 && type !== 6 && !name.includes('.') && name !== '_id';
    setField(fields, name, keep ? new RawValue(type, bytes.subarray(at, to)) : decodeValue(type, bytes, at));
  }
  return fields;
}
