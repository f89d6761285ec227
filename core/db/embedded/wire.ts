import { CommandError } from './errors.ts';
import type { Doc } from './rawBson.ts';
import { parseBody } from './server.ts';
import { encode } from './writeBson.ts';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM = 1;
const MORE_TO_COME = 2;
const HEADER = 16;

/** The largest message that is read. */
export const MOST_MESSAGE = 48_000_000;

/** A command out of a message. `answer` is false when the client wants none. */
export interface Message {
  id: number;
  legacy: boolean;
  answer: boolean;
  name: string;
  database: string;
  body: Doc;
  lists: Map<string, Buffer[]>;
}

/** Splits a byte stream into whole messages; keeps what is left over. Throws on a length that cannot be. */
export class MessageReader {
  private parts: Buffer[] = [];
  private size = 0;

  *take(chunk: Buffer): Generator<Buffer, void> {
    this.parts.push(chunk);
    this.size += chunk.length;
    while (this.size >= 4) {
      if ((this.parts[0] as Buffer).length < 4) this.parts = [Buffer.concat(this.parts)];
      const first = this.parts[0] as Buffer;
      const length = first.readInt32LE(0);
      if (length < HEADER || length > MOST_MESSAGE) throw new Error(`a message of ${length} bytes`);
      if (this.size < length) return;
      const all = this.parts.length > 1 ? Buffer.concat(this.parts) : first;
      this.parts = all.length > length ? [all.subarray(length)] : [];
      this.size = all.length - length;
      yield all.subarray(0, length);
    }
  }
}

/** Reads one message: OP_MSG with its document sequences, or the OP_QUERY with which old drivers shake hands. */
export function parseMessage(bytes: Buffer): Message {
  const id = bytes.readInt32LE(4);
  const opcode = bytes.readInt32LE(12);
  if (opcode === OP_MSG) return parseMsg(id, bytes);
  if (opcode === OP_QUERY) return parseQuery(id, bytes);
  throw new CommandError(352, `Unsupported OP_CODE ${opcode}`);
}

function named(id: number, legacy: boolean, answer: boolean, body: Doc, lists: Map<string, Buffer[]>): Message {
  const name = Object.keys(body)[0] ?? '';
  return { id, legacy, answer, name, database: typeof body.$db === 'string' ? body.$db : 'admin', body, lists };
}

function parseMsg(id: number, bytes: Buffer): Message {
  const flags = bytes.readUInt32LE(HEADER);
  const end = bytes.length - (flags & CHECKSUM ? 4 : 0);
  let parsed: ReturnType<typeof parseBody> | null = null;
  const sequences = new Map<string, Buffer[]>();
  let at = HEADER + 4;
  while (at < end) {
    const kind = bytes[at++];
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > end) throw new CommandError(22, 'a section reaches beyond its message');
    const section = bytes.subarray(at, at + size);
    if (kind === 0) parsed = parseBody(section);
    else if (kind === 1) {
      const nameEnd = section.indexOf(0, 4);
      sequences.set(section.utf8Slice(4, nameEnd), splitDocuments(section.subarray(nameEnd + 1)));
    } else throw new CommandError(40432, `Unknown section kind ${kind}`);
    at += size;
  }
  if (!parsed) throw new CommandError(40587, 'OP_MSG messages must have a body');
  return named(id, false, (flags & MORE_TO_COME) === 0, parsed.body, new Map([...parsed.lists, ...sequences]));
}

function splitDocuments(bytes: Buffer): Buffer[] {
  const list: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > bytes.length) throw new CommandError(22, 'a document reaches beyond its sequence');
    list.push(bytes.subarray(at, at + size));
    at += size;
  }
  return list;
}

function parseQuery(id: number, bytes: Buffer): Message {
  const nameEnd = bytes.indexOf(0, HEADER + 4);
  const database = bytes.utf8Slice(HEADER + 4, nameEnd).split('.')[0] ?? 'admin';
  const start = nameEnd + 9;
  const { body, lists } = parseBody(bytes.subarray(start, start + bytes.readInt32LE(start)));
  const inner = (body.$query as Doc | undefined) ?? body;
  return { ...named(id, true, true, inner, lists), database };
}

/** An answer as the bytes of a message. */
export function answerTo(message: { id: number; legacy: boolean }, answer: Doc | Buffer, id: number): Buffer {
  const body = Buffer.isBuffer(answer) ? answer : encode(answer);
  const prefix = message.legacy ? 20 : 5;
  const bytes = Buffer.allocUnsafe(HEADER + prefix + body.length).fill(0, 0, HEADER + prefix);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(id, 4);
  bytes.writeInt32LE(message.id, 8);
  bytes.writeInt32LE(message.legacy ? OP_REPLY : OP_MSG, 12);
  if (message.legacy) {
    bytes.writeInt32LE(8, HEADER);
    bytes.writeInt32LE(1, HEADER + 16);
  }
  body.copy(bytes, HEADER + prefix);
  return bytes;
}
