import type { Long } from 'bson';
import { elements } from '../writeBson.ts';

const NAMES = Buffer.from('\0\0\0\0\x03cursor\0\0\0\0\0\x04', 'latin1');
const OK = elements({ ok: 1 });

/** The answer { cursor: { <field>: documents, id, ns }, ok: 1 }, put together while its raw documents come. */
export class Batch {
  /** How many documents there are. */
  count = 0;
  private bytes = Buffer.allocUnsafe(2048);
  private at: number;
  private readonly list: number;

  constructor(field: string) {
    this.at = NAMES.copy(this.bytes);
    this.write(`${field}\0\0\0\0\0`);
    this.list = this.at - 4;
  }

  /** The size so far, in bytes. */
  get size(): number {
    return this.at;
  }

  add(raw: Buffer): void {
    this.room(raw.length + 16);
    this.write(`\x03${this.count++}\0`);
    this.at += raw.copy(this.bytes, this.at);
  }

  /** The whole as BSON. */
  finish(id: Long, ns: string): Buffer {
    const size = Buffer.byteLength(ns) + 1;
    this.room(size + 64);
    this.write('\0');
    this.bytes.writeInt32LE(this.at - this.list, this.list);
    this.write('\x12id\0');
    this.at = this.bytes.writeInt32LE(id.low, this.at);
    this.at = this.bytes.writeInt32LE(id.high, this.at);
    this.write('\x02ns\0');
    this.at = this.bytes.writeInt32LE(size, this.at);
    this.at += this.bytes.write(`${ns}\0`, this.at);
    this.write('\0');
    this.bytes.writeInt32LE(this.at - 12, 12);
    this.at += OK.copy(this.bytes, this.at);
    this.write('\0');
    this.bytes.writeInt32LE(this.at, 0);
    return this.bytes.subarray(0, this.at);
  }

  private write(text: string): void {
    this.at += this.bytes.write(text, this.at, 'latin1');
  }

  private room(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + size));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}
