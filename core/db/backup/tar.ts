/** A file as a tar archive has it: its path with slashes, its bytes, and a stream of exactly so many. */
export interface TarEntry {
  name: string;
  size: number;
  content: AsyncIterable<Buffer>;
}

const BLOCK = 512;
const LARGEST_OCTAL = 8 ** 11;

/** What a tar archive begins a file with (POSIX ustar; sizes of 8 GB and more as GNU tar writes them). */
export function tarHeader(name: string, size: number, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, base] = splitName(name);
  header.write(base, 0);
  header.write('0000600\x000000000\x000000000\0', 100);
  if (size < LARGEST_OCTAL) header.write(octal(size), 124);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(octal(Math.floor(modifiedAt.getTime() / 1000)), 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

const octal = (value: number) => `${value.toString(8).padStart(11, '0')}\0`;

/** The zeros that fill a file's last block; the end of the archive is two blocks of them. */
export const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** A header has 100 bytes for a name, and 155 for the folders before it. */
function splitName(name: string): [prefix: string, base: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
    const [prefix, base] = [name.slice(0, at), name.slice(at + 1)];
    if (Buffer.byteLength(base) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, base];
  }
  throw new RangeError(`The name ${name} is too long for a tar archive.`);
}

function checksum(header: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] as number;
  return sum;
}

/**
 * The files of a tar archive, one after another; each one's content is to be read before the next is asked for.
 * Throws a RangeError where it is not one, or ends too early.
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new Bytes(source);
  for (;;) {
    const header = await bytes.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (Number.parseInt(textAt(header, 148, 8), 8) !== checksum(header)) throw new RangeError('Not a tar archive.');
    const prefix = textAt(header, 345, 155);
    const size =
      header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(textAt(header, 124, 12), 8);
    const name = prefix ? `${prefix}/${textAt(header, 0, 100)}` : textAt(header, 0, 100);
    yield { name, size, content: bytes.stream(size) };
    await bytes.exactly(padding(size).length);
  }
  await bytes.drain();
}

function textAt(header: Buffer, from: number, length: number): string {
  const end = header.indexOf(0, from);
  return header.toString('utf8', from, end < 0 ? from + length : Math.min(end, from + length));
}

/** Takes bytes from a stream in the portions asked for. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *stream(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) await this.#next();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async exactly(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.stream(size)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** Reads to the end, so that what closes the stream (a checksum) is looked at too. */
  async drain(): Promise<void> {
    while (!(await this.#source.next()).done);
  }

  async #next(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw new RangeError('The archive ends too early.');
    this.#rest = value;
  }
}
