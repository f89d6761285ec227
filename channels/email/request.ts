import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type sendgrid from '@sendgrid/mail';
import { escapeHtml } from '../html.ts';
import { bodiesOf, filesOf, type Letter, previewOf, type Slot, type Slots } from './letter.ts';
import { htmlLine } from './page.ts';

/** Most that SendGrid replaces in one person's letter, bytes of names and values. */
const MAX_REPLACED_BYTES = 10_000;
const MARK_BYTES = 20;

/** Who writes, and where the answers go. */
export interface Sender {
  readonly from: { readonly email: string; readonly name?: string };
  readonly replyTo: string;
  readonly filePath: (id: string) => string;
}

/** What the SDK is given to send. */
type MailData = Parameters<typeof sendgrid.send>[0];

/** A request, and the letters of it that find no room in it. */
interface Request {
  readonly mail: MailData;
  readonly letters: readonly Letter[];
  readonly left: readonly Letter[];
}

/** A request with letters of one frame: what they share stands in it once, what differs as a mark that SendGrid replaces for each. */
export async function requestOf(all: readonly Letter[], sender: Sender): Promise<Request> {
  const { slots, replaced, wrappers } = share(all);
  const kept = all
    .map((letter, at) => ({ letter, values: valuesOf(replaced, at) }))
    .filter(({ values }) => fits(values));
  const [first] = kept;
  // One alone needs no marks.
  if (!first) return { ...(await requestOf(all.slice(0, 1), sender)), left: all.slice(1) };
  const { text, html } = bodiesOf(first.letter, slots, sender.replyTo);
  const attachments = await attachmentsOf(first.letter, sender);
  const mail = {
    from: sender.from,
    replyTo: sender.replyTo,
    subject: first.letter.subject,
    text,
    html,
    ...(attachments.length ? { attachments } : {}),
    personalizations: kept.map(({ letter: { to, deliveryId, headers }, values }) => ({
      to: { email: to },
      headers: { ...headers },
      customArgs: { deliveryId },
      substitutions: values,
    })),
    substitutionWrappers: wrappers,
    // Links stay as they are written. Who opens a campaign's mail is counted; who reads a reply is nobody's business.
    trackingSettings: {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: first.letter.leaveUrl !== undefined },
      subscriptionTracking: { enable: false },
    },
  };
  const letters = kept.map(({ letter }) => letter);
  return { mail, letters, left: letters.length === all.length ? [] : all.filter((one) => !letters.includes(one)) };
}

function attachmentsOf({ message }: Letter, { filePath }: Sender) {
  return Promise.all(
    filesOf(message).map(async ({ file, contentId }) => ({
      content: (await readFile(filePath(file.id))).toString('base64'),
      filename: file.name,
      type: file.mimeType,
      disposition: contentId ? 'inline' : 'attachment',
      // The SDK turns the names of everything into the API's, but for a list's.
      ...(contentId ? { content_id: contentId } : {}),
    })),
  );
}

interface Shared {
  slots: Slots;
  /** each mark's values, letter by letter */
  replaced: string[][];
  wrappers: [string, string];
}

function share(all: readonly Letter[]): Shared {
  const wrappers: [string, string] = [`[%${randomBytes(4).toString('hex')}.`, '%]'];
  const replaced: string[][] = [];
  const spelling = (values: string[]): string => {
    const [same = ''] = values;
    if (values.every((value) => value === same)) return same;
    const known = replaced.findIndex((others) => others.every((value, at) => value === values[at]));
    const key = known >= 0 ? known : replaced.push(values) - 1;
    return `${wrappers[0]}${key}${wrappers[1]}`;
  };
  const slot = (texts: string[], toHtml: (text: string) => string): Slot => {
    const text = spelling(texts);
    return { text, html: text === texts[0] ? toHtml(text) : spelling(texts.map(toHtml)) };
  };
  const [first] = all;
  const slots: Slots = {
    ...(first?.message.picture ? { preview: spelling(all.map(({ lines }) => escapeHtml(previewOf(lines)))) } : {}),
    lines: (first?.lines ?? []).map((_, at) =>
      slot(
        all.map(({ lines }) => lines[at] ?? ''),
        htmlLine,
      ),
    ),
    ...(first?.leaveUrl
      ? {
          leave: slot(
            all.map(({ leaveUrl = '' }) => leaveUrl),
            escapeHtml,
          ),
        }
      : {}),
  };
  return { slots, replaced, wrappers };
}

function valuesOf(replaced: readonly string[][], at: number): Record<string, string> {
  return Object.fromEntries(replaced.map((values, key) => [key, values[at] ?? '']));
}

function fits(values: Record<string, string>): boolean {
  return (
    Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value) + MARK_BYTES, 0) <= MAX_REPLACED_BYTES
  );
}
