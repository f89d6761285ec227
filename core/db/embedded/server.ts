import { Long } from 'bson';
import { CommandError } from './errors.ts';
import { type Doc, decodeValue, rawArray, spansOf } from './rawBson.ts';
import type { Stream } from './scan.ts';
import type { Login, Scram } from './scram.ts';
import type { Store } from './store.ts';

/** One command as a client sent it. */
export interface Request {
  name: string;
  database: string;
  body: Doc;
  /** The raw documents of `documents`, `updates`, `deletes`, wherever in the message they stood. */
  lists: Map<string, Buffer[]>;
  connection: Connection;
}

/** What the server remembers of one client connection. */
export interface Connection {
  id: number;
  authenticated: boolean;
  login: Login | null;
}

/** An answer: fields, or finished BSON. */
export type Answer = Doc | Buffer;

/** A command's work in slices: null is a place where other commands may run. */
export type Work = Generator<null, Answer>;

/** A cursor over results; its id is zero until a client has it open. */
export interface Cursor {
  id: Long;
  ns: string;
  stream: Stream<Buffer>;
  /** The document that did not fit into the last batch. */
  pending: Buffer | null;
  usedAt: number;
  /** Whether it stays however long nobody asks for more (noCursorTimeout). */
  stays: boolean;
}

const LISTS = new Set(['documents', 'updates', 'deletes']);
const CURSOR_IDLE_MS = 600_000;

/** Takes a command's raw body apart; the lists of bulk writes stay raw. */
export function parseBody(raw: Buffer): { body: Doc; lists: Map<string, Buffer[]> } {
  const body: Doc = {};
  const lists = new Map<string, Buffer[]>();
  for (const span of spansOf(raw)) {
    if (span.type === 4 && LISTS.has(span.name)) lists.set(span.name, rawArray(raw, span));
    else body[span.name] = decodeValue(span.type, raw, span.at);
  }
  return { body, lists };
}

/** The state that commands share: the store, open cursors. */
export class Server {
  readonly store: Store;
  readonly cursors = new Map<string, Cursor>();
  private lastCursor = 0;

  /** Who may enter, where the door is a port; null behind a socket file. */
  readonly scram: Scram | null;

  constructor(store: Store, scram: Scram | null = null) {
    this.store = store;
    this.scram = scram;
  }

  /** Keeps a cursor for later batches; it gets its id with the first. */
  keep(cursor: Cursor): void {
    const now = Date.now();
    for (const [key, { usedAt, stays }] of this.cursors)
      if (!stays && now - usedAt > CURSOR_IDLE_MS) this.cursors.delete(key);
    if (cursor.id.isZero()) {
      // The low bits count, the high ones are random, so that a cursor of before a restart is not mistaken for this.
      this.lastCursor += 1;
      cursor.id = new Long(this.lastCursor, Math.floor(Math.random() * 2 ** 31));
    }
    cursor.usedAt = now;
    this.cursors.set(cursor.id.toString(), cursor);
  }
}

/** The namespace that a command names as its first value. Throws 73 InvalidNamespace. */
export function namespaceOf(request: Request, value: unknown = request.body[request.name]): string {
  if (typeof value !== 'string' || value === '')
    throw new CommandError(73, `Invalid namespace specified '${request.database}.${String(value)}'`);
  return `${request.database}.${value}`;
}

/** Whether a write is to be answered only when the disk has it (journal: true). */
export const wantsDisk = ({ writeConcern }: Doc) => (writeConcern as Doc | undefined)?.j === true;

/** The milliseconds that a command may take. */
export const timeLimit = ({ maxTimeMS }: Doc) => Number(maxTimeMS) || Number.POSITIVE_INFINITY;

/** Only MongoDB's plain byte order is served. */
export function checkCollation(collation: unknown): void {
  if (collation === undefined || collation === null) return;
  const { locale, ...rest } = collation as Doc;
  if (locale !== 'simple' || Object.keys(rest).length > 0)
    throw new CommandError(115, 'collations are not served by the embedded database');
}

/** A document-valued option; an absent one is null. Throws 14 TypeMismatch for another type. */
export function documentOption(body: Doc, name: string): Doc | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Date || '_bsontype' in value) {
    throw new CommandError(14, `BSON field '${name}' is the wrong type, expected type 'object'`);
  }
  return value as Doc;
}

/** A whole, not negative number; absent is 0. */
export function countOption(body: Doc, name: string): number {
  const value = Number(body[name] ?? 0);
  if (!Number.isInteger(value) || value < 0)
    throw new CommandError(51024, `BSON field '${name}' value must be >= 0, actual value '${String(body[name])}'`);
  return value;
}
