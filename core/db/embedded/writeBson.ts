import { BSON } from 'bson';
import { CommandError } from './errors.ts';
import { type Doc, decodeValue, MAX_DOCUMENT, setField, spansOf } from './rawBson.ts';

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

/** An answer may be a little larger than a document. */
const MOST_ENCODED = MAX_DOCUMENT + 16 * 1024;

/** BSON of a document; undefined fields are left out. Throws 10334 above 16 MB. */
export function encode(doc: Doc): Buffer {
  const bytes = serialized(doc);
  if (!bytes || bytes.length > MOST_ENCODED)
    throw new CommandError(
      10334,
      `BSONObj size: ${bytes?.length ?? 'unknown'} is invalid. Size must be between 0 and ${MOST_ENCODED}(16MB)`,
    );
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Null where it does not fit into the 17 MB that the library has for it. */
function serialized(doc: Doc): Uint8Array | null {
  try {
    return BSON.serialize(doc, { ignoreUndefined: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
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
