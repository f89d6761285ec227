import { createHash } from 'node:crypto';
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

// Bytes whose memcmp order is MongoDB's order of values: a tag for the type (numbers of all types share one), then
// the value in a form that ends by itself, so that keys can be put one behind another.
const TAG = { min: 1, undefined: 4, null: 5, number: 10, string: 15, object: 20, array: 25, binary: 30, objectId: 35 };
const LATER = { false: 40, true: 41, date: 45, timestamp: 47, regex: 50, code: 55, max: 127 };

/** The index value of an empty array: MongoDB's undefined, which sorts before null. */
export const EMPTY_ARRAY = Symbol('empty array');

let out = Buffer.allocUnsafe(8192);
let at = 0;

function room(size: number): void {
  if (at + size <= out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(out.length * 2, at + size));
  out.copy(larger, 0, 0, at);
  out = larger;
}

function putText(text: string): void {
  const size = Buffer.byteLength(text);
  room(size + 2);
  const start = at;
  at += out.write(text, at, 'utf8');
  if (out.indexOf(0, start) !== -1 && out.subarray(start, at).includes(0)) {
    const plain = Buffer.from(out.subarray(start, at));
    room(plain.length * 2 + 2);
    at = start;
    for (const byte of plain) {
      out[at++] = byte;
      if (byte === 0) out[at++] = 255;
    }
  }
  out[at++] = 0;
  out[at++] = 0;
}

function putDouble(value: number): void {
  room(9);
  if (Number.isNaN(value)) {
    out.fill(0, at, at + 8);
  } else {
    out.writeDoubleBE(value === 0 ? 0 : value, at);
    if ((out[at] as number) & 128) for (let i = at; i < at + 8; i++) out[i] = ~(out[i] as number);
    else out[at] = (out[at] as number) ^ 128;
  }
  at += 8;
}

/** The largest double not above an exact decimal value, given as its text. */
function floorDouble(text: string, exact: bigint | null): number {
  const near = Number(text);
  if (exact === null || !Number.isFinite(near)) return near;
  if (BigInt(near) <= exact) return near;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, near);
  view.setBigInt64(0, view.getBigInt64(0) + (near > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

/** A number that no double holds: the double below it, then what tells it from its neighbours in that gap. */
function putInexact(text: string): void {
  const [mantissa = '0', power = '0'] = text.toUpperCase().split('E');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const scale = Number(power) - fraction.length;
  const digits = (whole + fraction).replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  const exponent = digits.length + scale;
  const double = Number(text);
  if (digits === '' || (Number.isFinite(double) && sameDecimal(double, negative, kept, exponent))) {
    putExact(double);
    return;
  }
  const integer = scale >= 0 ? BigInt((negative ? '-' : '') + digits + '0'.repeat(Math.min(scale, 400))) : null;
  putDouble(floorDouble(text, integer));
  room(kept.length + 6);
  out[at++] = 1;
  const start = at;
  out.writeUInt16BE(exponent + 20000, at);
  at += 2;
  at += out.write(kept, at, 'latin1');
  out[at++] = 0;
  if (negative) for (let i = start; i < at; i++) out[i] = ~(out[i] as number);
}

function sameDecimal(double: number, negative: boolean, digits: string, exponent: number): boolean {
  if (double < 0 !== negative) return false;
  const text = Math.abs(double).toExponential();
  const [mantissa = '', power = '0'] = text.split('e');
  return mantissa.replace('.', '').replace(/0+$/, '') === digits && Number(power) + 1 === exponent;
}

function putExact(value: number): void {
  putDouble(value);
  out[at++] = 0;
}

function putTagged(tag: number): void {
  room(1);
  out[at++] = tag;
}

function putNumber(value: number): void {
  putTagged(TAG.number);
  putExact(value);
}

function putLong(value: Long): void {
  const number = value.toNumber();
  putTagged(TAG.number);
  if (BigInt(number) === value.toBigInt()) putExact(number);
  else putInexact(value.toString());
}

function putDecimal(value: Decimal128): void {
  const text = value.toString();
  putTagged(TAG.number);
  if (/^[+-]?(inf|nan)/i.test(text))
    putExact(/nan/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity);
  else putInexact(text);
}

function putBigEndian(value: bigint): void {
  room(8);
  out.writeBigUInt64BE(BigInt.asUintN(64, value), at);
  at += 8;
}

function putDate(value: Date): void {
  putTagged(LATER.date);
  room(8);
  const time = value.getTime();
  const high = Math.floor(time / 4294967296);
  out.writeInt32BE(high, at);
  out[at] = (out[at] as number) ^ 128;
  out.writeUInt32BE(time - high * 4294967296, at + 4);
  at += 8;
}

/** The name by which two values of different types are ordered before their field names are. */
function bracketTag(value: unknown): number {
  const start = at;
  putValue(value);
  const tag = out[start] as number;
  at = start;
  return tag === LATER.true ? LATER.false : tag;
}

function putObject(value: object): void {
  if (Array.isArray(value)) {
    putTagged(TAG.array);
    for (const item of value) putValue(item ?? null);
  } else {
    putTagged(TAG.object);
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      putTagged(bracketTag(item));
      putText(name);
      putValue(item);
    }
  }
  putTagged(0);
}

function putBson(value: object): boolean {
  if (value instanceof ObjectId) {
    putTagged(TAG.objectId);
    room(12);
    out.set(value.id, at);
    at += 12;
  } else if (value instanceof Double) putNumber(value.value);
  else if (value instanceof Timestamp) {
    putTagged(LATER.timestamp);
    putBigEndian(value.toBigInt());
  } else if (value instanceof Long) putLong(value);
  else if (value instanceof Decimal128) putDecimal(value);
  else if (value instanceof Binary) {
    const bytes = value.value();
    putTagged(TAG.binary);
    room(bytes.length + 5);
    at = out.writeUInt32BE(bytes.length, at);
    out[at++] = value.sub_type;
    out.set(bytes, at);
    at += bytes.length;
  } else if (value instanceof BSONRegExp || value instanceof RegExp) {
    putTagged(LATER.regex);
    putText(value instanceof RegExp ? value.source : value.pattern);
    putText(value instanceof RegExp ? value.flags : value.options);
  } else if (value instanceof BSONSymbol) {
    putTagged(TAG.string);
    putText(value.value);
  } else if (value instanceof Code) {
    putTagged(LATER.code);
    putText(String(value.code));
  } else if (value instanceof MinKey) putTagged(TAG.min);
  else if (value instanceof MaxKey) putTagged(LATER.max);
  else return false;
  return true;
}

function putValue(value: unknown): void {
  if (typeof value === 'number') putNumber(value);
  else if (typeof value === 'string') {
    putTagged(TAG.string);
    putText(value);
  } else if (typeof value === 'boolean') putTagged(value ? LATER.true : LATER.false);
  else if (typeof value === 'bigint') putLong(Long.fromBigInt(value));
  else if (value instanceof Date) putDate(value);
  else if (typeof value === 'object' && value !== null) {
    if (!putBson(value)) putObject(value);
  } else putTagged(value === EMPTY_ARRAY ? TAG.undefined : TAG.null);
}

/** A value's order-preserving bytes. Equal values of different number types have equal bytes. */
export function encodeValue(value: unknown): Buffer {
  at = 0;
  putValue(value);
  return Buffer.from(out.subarray(0, at));
}

/** A value's bytes as a string, to be the key of a Map. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`;
  at = 0;
  putValue(value);
  return out.latin1Slice(0, at);
}

/** What an index key may hold of its values; longer ones are cut, and told apart by a hash. */
export const MAX_VALUES = 1600;

/** The key of one index entry without its tree: each value's bytes, flipped where that field is descending. */
export function encodeTuple(values: readonly unknown[], descending: readonly boolean[]): Buffer {
  at = 0;
  for (let i = 0; i < values.length; i++) {
    const start = at;
    putValue(values[i]);
    if (descending[i]) for (let j = start; j < at; j++) out[j] = ~(out[j] as number);
  }
  return Buffer.from(out.subarray(0, at));
}

/** Cuts an over-long index key to its beginning and a hash of the whole. */
export function shorten(key: Buffer): Buffer {
  if (key.length <= MAX_VALUES) return key;
  return Buffer.concat([key.subarray(0, MAX_VALUES - 32), createHash('sha256').update(key).digest()]);
}

/** Flips bytes, as a descending field's are. */
export function flip(bytes: Buffer): Buffer {
  const flipped = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i++) flipped[i] = ~(bytes[i] as number);
  return flipped;
}

/** The first byte of every value that sorts with this one under MongoDB's type bracketing, and the first one behind. */
export function bracketOf(value: unknown): [Buffer, Buffer] {
  const tag = encodeValue(value)[0] as number;
  const first = tag === LATER.true ? LATER.false : tag;
  return [Buffer.from([first]), Buffer.from([(first === LATER.false ? LATER.true : first) + 1])];
}

/** MongoDB's order of two values of any types: negative, zero or positive. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b) return 0;
  } else if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  else if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Buffer.compare(encodeValue(a), encodeValue(b));
}

/** UTF-8 order, which differs from UTF-16's only where surrogates meet U+E000 and above. */
function compareText(a: string, b: string): number {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return (x >= 0xd800 && y >= 0xd800 ? ((x + 0x2000) & 0xffff) - ((y + 0x2000) & 0xffff) : x - y) || 0;
  }
  return a.length - b.length;
}
