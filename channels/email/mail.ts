import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AddressKey, Core, Shop, StoredFile } from '../../core/index.ts';
import { MalformedWebhook } from '../webhooks.ts';
import { readSender } from './address.ts';
import { isAutomatic, isProven } from './authenticity.ts';
import { collect, type FormPart, readForm } from './form.ts';
import { htmlText, ownWords, saidIn } from './words.ts';

/** A mail that somebody wrote, read. */
export interface Mail {
  /** its Message-ID, or a digest where it has none */
  readonly id: string;
  readonly from: AddressKey;
  /** DKIM vouches for the sender */
  readonly proven: boolean;
  readonly text: string;
  readonly subject: string;
  /** the Message-IDs that an answer to it refers to, its own last */
  readonly references: string;
  /** the Message-ID that it answers */
  readonly replyTo?: string;
  readonly files: readonly StoredFile[];
}

const FIELDS = [
  'headers',
  'from',
  'subject',
  'text',
  'html',
  'charsets',
  'dkim',
  'envelope',
  'attachment-info',
] as const;
type Fields = Partial<Record<(typeof FIELDS)[number], Buffer>>;
const LONGEST_FIELD = 256 * 1024;
const MAX_FILES = 10;
/** Some more than the 30 MB that SendGrid takes. */
const MAX_BYTES = 40 * 1024 * 1024;
const MAX_PARTS = 200;
/** A picture within the words that is smaller is a logo in a signature, bytes. */
const LOGO_BYTES = 32 * 1024;
/** The subject of the mail that a List-Unsubscribe header asks for. */
const LEAVING = /^stop ([0-9a-f]{24}@[\w.-]+)$/i;
const LONGEST_NAME = 255;
const LONGEST_ID = 250;

/** Reads what Inbound Parse posts, files streamed to disk; null: a program wrote it. Throws MalformedWebhook, and KadeErrors of the file store. */
export async function readMail(
  source: AsyncIterable<Buffer>,
  contentType: string | undefined,
  files: Core['files'],
  shopId: Shop['_id'],
): Promise<Mail | null> {
  const fields: Fields = {};
  const kept = new Map<string, StoredFile>();
  let parts = 0;
  for await (const part of readForm(atMost(source, MAX_BYTES), contentType)) {
    if (++parts > MAX_PARTS) throw new MalformedWebhook('too many parts');
    const field = FIELDS.find((name) => name === part.name);
    if (field) fields[field] = Buffer.concat(await collect(part.content, LONGEST_FIELD));
    else if (part.fileName !== undefined && kept.size < MAX_FILES) kept.set(part.name, await keep(part, files, shopId));
  }
  return mailOf(fields, kept);
}

async function* atMost(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let left = limit;
  for await (const chunk of source) {
    left -= chunk.length;
    if (left < 0) throw new MalformedWebhook('too large');
    yield chunk;
  }
}

function keep(
  { fileName = '', type, content, name }: FormPart,
  files: Core['files'],
  shopId: Shop['_id'],
): Promise<StoredFile> {
  const safe = fileName.replace(/[\p{Cc}/\\]+/gu, '_').slice(0, LONGEST_NAME) || name;
  return files.save(shopId, safe, type, Readable.from(content));
}

function mailOf(fields: Fields, kept: ReadonlyMap<string, StoredFile>): Mail | null {
  const charsets = readJson(fields.charsets);
  const decoded = (name: keyof Fields): string => decode(fields[name], charsets[name]);
  const [headers, subject] = [decoded('headers'), decoded('subject')];
  const sender = readSender(decoded('from').slice(0, 1000));
  if (!sender) throw new MalformedWebhook('no sender');
  const envelope = readJson(fields.envelope).from;
  if (isAutomatic(sender.email, headers, subject, typeof envelope === 'string' ? envelope : null)) return null;
  const words = ownWords(decoded('text') || htmlText(decoded('html')));
  const messageId = headerOf(headers, 'message-id').slice(0, LONGEST_ID);
  const earlier = headerOf(headers, 'references');
  const [, leaving] = LEAVING.exec(subject.trim()) ?? [];
  const replyTo = leaving ?? /<([0-9a-f]{24}@[\w.-]+)>/.exec(`${headerOf(headers, 'in-reply-to')} ${earlier}`)?.[1];
  return {
    id: messageId || createHash('sha256').update(`${headers}\n${words}`).digest('hex'),
    from: `email:${sender.email}`,
    proven: isProven(sender.email, decoded('dkim').slice(0, 1000), headers),
    text: leaving ? 'STOP' : saidIn(subject, words),
    subject,
    references: [earlier, messageId].filter(Boolean).join(' '),
    ...(replyTo ? { replyTo } : {}),
    files: withoutLogos(kept, readJson(fields['attachment-info'])),
  };
}

function withoutLogos(kept: ReadonlyMap<string, StoredFile>, info: Record<string, unknown>): StoredFile[] {
  return [...kept].flatMap(([name, file]) => {
    const inline = (info[name] as { 'content-id'?: unknown } | undefined)?.['content-id'] !== undefined;
    return inline && file.mimeType.startsWith('image/') && file.size < LOGO_BYTES ? [] : [file];
  });
}

/** A header's value, its folded lines joined; the first where there are several. */
function headerOf(headers: string, name: string): string {
  return (
    new RegExp(`^${name}:((?:[^\\r\\n]|\\r?\\n[ \\t])*)`, 'im').exec(headers)?.[1]?.replace(/\s+/g, ' ').trim() ?? ''
  );
}

function readJson(field: Buffer | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(field?.toString('utf8') ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** SendGrid passes on the bytes, and tells what they are in; where it tells nonsense they are UTF-8. */
function decode(field: Buffer | undefined, charset: unknown): string {
  if (!field) return '';
  try {
    return new TextDecoder(typeof charset === 'string' ? charset : 'utf-8').decode(field);
  } catch {
    return field.toString('utf8');
  }
}
