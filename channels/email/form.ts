import { MalformedWebhook } from '../webhooks.ts';

/** A part of a form as it arrives; what of `content` is not read is passed over. */
export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly type: string;
  readonly content: AsyncIterable<Buffer>;
}

const LONGEST_HEAD = 16 * 1024;

/** The parts of multipart/form-data one after the other, none of them held whole (RFC 7578); throws MalformedWebhook. */
export async function* readForm(source: AsyncIterable<Buffer>, contentType = ''): AsyncGenerator<FormPart> {
  const [, quoted, plain] = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/is.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) throw new MalformedWebhook('no form');
  const bytes = new Bytes(source);
  const mark = Buffer.from(`\r\n--${boundary}`);
  await passOver(bytes.until(mark));
  while ((await bytes.take(2)).toString('latin1') !== '--') {
    const head = Buffer.concat(await collect(bytes.until(HEAD_END), LONGEST_HEAD)).toString('utf8');
    const content = bytes.until(mark);
    yield { ...readHead(head), content };
    await passOver(content);
  }
}

const HEAD_END = Buffer.from('\r\n\r\n');

function readHead(head: string): Omit<FormPart, 'content'> {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const parameter = (name: string): string | undefined =>
    new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1]?.replace(/\\(.)/g, '$1');
  const name = parameter('name');
  if (name === undefined) throw new MalformedWebhook('a part without a name');
  const fileName = parameter('filename');
  const type = /^content-type:\s*([^;\s]+)/im.exec(head)?.[1] ?? 'text/plain';
  return { name, type, ...(fileName === undefined ? {} : { fileName }) };
}

/** What is left of a content; one that was given up in the middle goes on where it stood. */
async function passOver(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of content);
}

/** The content as far as `limit` bytes. */
export async function collect(content: AsyncIterable<Buffer>, limit: number): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let left = limit;
  for await (const chunk of content) {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  }
  return chunks;
}

/** A stream read up to marks. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  // The first boundary stands at the very beginning, and counts as if a line had ended there.
  #held: Buffer = Buffer.from('\r\n');

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more();
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Everything before the mark, which is passed; may be iterated again until it is. */
  until(mark: Buffer): AsyncIterable<Buffer> {
    let over = false;
    const read = async (): Promise<Buffer | null> => {
      while (!over) {
        const at = this.#held.indexOf(mark);
        over = at >= 0;
        // What may be the beginning of the mark stays.
        const length = over ? at : this.#held.length - mark.length + 1;
        if (!over && length <= 0) {
          await this.#more();
          continue;
        }
        const chunk = this.#held.subarray(0, length);
        this.#held = this.#held.subarray(over ? length + mark.length : length);
        if (chunk.length > 0) return chunk;
      }
      return null;
    };
    return {
      async *[Symbol.asyncIterator]() {
        for (let chunk = await read(); chunk; chunk = await read()) yield chunk;
      },
    };
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#source.next();
    if (done) throw new MalformedWebhook('the form breaks off');
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, value]) : value;
  }
}
