import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { deserialize, serialize } from 'node:v8';
import { copyText } from '../rows/memoise.ts';
import type { Line } from '../rows/readLine.ts';

/** Sales of one part of a file in columns; texts are numbers into `texts`. */
export interface RowColumns {
  length: number;
  texts: string[];
  /** into texts */
  number: Uint32Array;
  sku: Uint32Array;
  /** the person's key, into texts; '' for none */
  person: Uint32Array;
  line: Uint32Array;
  at: Float64Array;
  quantity: Float64Array;
  unitPrice: Float64Array;
  amount: Float64Array;
}

/** Rows of a part that are held in memory before they go to its file. */
const CHUNK_ROWS = 8_192;

/**
 * Holds a file's sales apart by order, so that all rows of one order, wherever they stand in the file, come back
 * together: one part in memory for small files, else a temporary file a part. Memory does not grow with the file.
 */
export class RowStore {
  readonly parts: number;
  readonly #folder: string;
  readonly #open: ChunkBuilder[];
  readonly #kept: RowColumns[] = [];
  readonly #files: (WriteStream | undefined)[];
  #failure: Error | null = null;

  /** `folder` must exist; it holds the parts' files. */
  constructor(folder: string, parts: number) {
    this.parts = parts;
    this.#folder = folder;
    this.#open = Array.from({ length: parts }, () => new ChunkBuilder());
    this.#files = new Array<WriteStream | undefined>(parts).fill(undefined);
  }

  add(line: Line, lineNumber: number, personKey: string): void {
    const part = this.parts === 1 ? 0 : hashText(line.number) % this.parts;
    const chunk = this.#open[part] as ChunkBuilder;
    chunk.add(line, lineNumber, personKey);
    if (chunk.length === CHUNK_ROWS) this.#put(part);
  }

  /** Waits while the disk is behind; throws what went wrong with it. */
  async settle(): Promise<void> {
    if (this.#failure) throw this.#failure;
    for (const file of this.#files) if (file?.writableNeedDrain) await once(file, 'drain');
    if (this.#failure) throw this.#failure;
  }

  /** No more rows come. */
  async seal(): Promise<void> {
    for (let part = 0; part < this.parts; part++) if ((this.#open[part]?.length ?? 0) > 0) this.#put(part);
    this.#open.length = 0;
    await this.settle();
    for (const file of this.#files) {
      file?.end();
      if (file) await finished(file);
    }
  }

  /** The chunks of a part, in file order. */
  async *read(part: number): AsyncGenerator<RowColumns> {
    if (this.parts === 1) {
      yield* this.#kept;
      return;
    }
    if (!this.#files[part]) return;
    let held: Buffer = Buffer.alloc(0);
    for await (const piece of createReadStream(this.#path(part), {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32LE(0)) {
        const end = 4 + held.readUInt32LE(0);
        yield deserialize(held.subarray(4, end)) as RowColumns;
        held = held.subarray(end);
      }
    }
  }

  #put(part: number): void {
    const columns = (this.#open[part] as ChunkBuilder).finish();
    this.#open[part] = new ChunkBuilder();
    if (this.parts === 1) {
      this.#kept.push(columns);
      return;
    }
    const body = serialize(columns);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    const file = this.#files[part] ?? this.#create(part);
    file.write(size);
    file.write(body);
  }

  #create(part: number): WriteStream {
    const file = createWriteStream(this.#path(part), { mode: 0o600 });
    file.on('error', (error) => {
      this.#failure = error;
    });
    this.#files[part] = file;
    return file;
  }

  #path(part: number): string {
    return `${this.#folder}/part-${part}`;
  }
}

class ChunkBuilder {
  length = 0;
  readonly #texts: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #number = new Uint32Array(CHUNK_ROWS);
  readonly #sku = new Uint32Array(CHUNK_ROWS);
  readonly #person = new Uint32Array(CHUNK_ROWS);
  readonly #line = new Uint32Array(CHUNK_ROWS);
  readonly #at = new Float64Array(CHUNK_ROWS);
  readonly #quantity = new Float64Array(CHUNK_ROWS);
  readonly #unitPrice = new Float64Array(CHUNK_ROWS);
  readonly #amount = new Float64Array(CHUNK_ROWS);

  add(line: Line, lineNumber: number, personKey: string): void {
    const i = this.length++;
    this.#number[i] = this.#place(line.number);
    this.#sku[i] = this.#place(line.sku);
    this.#person[i] = this.#place(personKey);
    this.#line[i] = lineNumber;
    this.#at[i] = line.at;
    this.#quantity[i] = line.quantity;
    this.#unitPrice[i] = line.unitPrice;
    this.#amount[i] = line.amount;
  }

  finish(): RowColumns {
    const { length } = this;
    return {
      length,
      texts: this.#texts,
      number: this.#number.subarray(0, length),
      sku: this.#sku.subarray(0, length),
      person: this.#person.subarray(0, length),
      line: this.#line.subarray(0, length),
      at: this.#at.subarray(0, length),
      quantity: this.#quantity.subarray(0, length),
      unitPrice: this.#unitPrice.subarray(0, length),
      amount: this.#amount.subarray(0, length),
    };
  }

  #place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const own = copyText(text);
    const place = this.#texts.push(own) - 1;
    this.#places.set(own, place);
    return place;
  }
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
