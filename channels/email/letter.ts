import { type Language, languageOf, type OutboundMessage, type StoredFile } from '../../core/index.ts';
import { escapeHtml } from '../html.ts';
import { numbered } from '../numbered.ts';
import { htmlPage } from './page.ts';

/** A message as a mail, in lines: what differs between people can then stand in for what does not. */
export interface Letter {
  readonly to: string;
  readonly deliveryId: string;
  /** without its angles */
  readonly messageId: string;
  readonly subject: string;
  /** the words, line by line */
  readonly lines: readonly string[];
  readonly message: OutboundMessage;
  /** of headers, for this person alone */
  readonly headers: Readonly<Record<string, string>>;
  /** where its reader leaves the list; absent: not a campaign's */
  readonly leaveUrl?: string;
}

/** How one thing that a letter says is written in the text and in the HTML: as it is, or as a mark that SendGrid replaces. */
export interface Slot {
  readonly text: string;
  readonly html: string;
}

/** The changing parts of a letter: its lines, the preview (HTML, where a picture comes before the words), and the link to leave. */
export interface Slots {
  readonly preview?: string;
  readonly lines: readonly Slot[];
  readonly leave?: Slot;
}

const PREVIEW_LETTERS = 110;

/** What mail apps show beside the subject. */
export function previewOf(lines: readonly string[]): string {
  return [...lines.filter(Boolean).join(' ')].slice(0, PREVIEW_LETTERS).join('');
}

/** Two letters with the same frame differ in their slots alone, and can go in one request. */
export function frameOf({ subject, lines, message, leaveUrl }: Letter): string {
  const { choices, picture, file, optOut } = message;
  const blank = lines.map((line) => (line === '' ? '-' : '+')).join('');
  const words = [optOut?.words, optOut?.sender, languageOf(lines.join('\n')), leaveUrl !== undefined];
  return JSON.stringify([subject, blank, choices, picture?.id, picture?.alt, file?.id, file?.name, words]);
}

export const PICTURE_ID = 'picture';

/** The two bodies of a letter with these slots. */
export function bodiesOf(letter: Letter, slots: Slots, replyTo: string): { text: string; html: string } {
  const { subject, message, lines } = letter;
  const { choices = [], picture, optOut } = message;
  const sender = optOut ? optOut.sender.split('\n') : [];
  const words = numbered({ text: slots.lines.map(({ text }) => text).join('\n'), choices });
  const leave = optOut && slots.leave ? [`${optOut.words}: ${slots.leave.text}`] : [];
  const below = [...sender, ...leave];
  // A mail without any words is refused.
  const text = [words, ...(below.length ? ['', '-- ', ...below] : [])].join('\n').trimEnd() || picture?.alt || subject;
  const footer = [
    ...sender.map(escapeHtml),
    ...(optOut && slots.leave ? [`<a href="${slots.leave.html}">${escapeHtml(optOut.words)}</a>`] : []),
  ];
  const html = htmlPage({
    language: bodyLanguage(lines),
    title: escapeHtml(subject),
    ...(slots.preview ? { preview: slots.preview } : {}),
    lines: slots.lines.map(({ html }) => html),
    ...(picture ? { picture: { cid: PICTURE_ID, alt: escapeHtml(picture.alt) } } : {}),
    buttons: choices.map(({ label }, index) => ({
      url: escapeHtml(answerUrl(replyTo, subject, `${index + 1}. ${label}`)),
      label: escapeHtml(`${index + 1}. ${label}`),
    })),
    footer,
  });
  return { text, html };
}

function bodyLanguage(lines: readonly string[]): Language {
  return languageOf(lines.join('\n'));
}

/** A tap opens an answer with these words, ready to be sent. */
function answerUrl(replyTo: string, subject: string, words: string): string {
  return `mailto:${replyTo}?subject=${encodeURIComponent(`Re: ${subject}`)}&body=${encodeURIComponent(words)}`;
}

/** The files that a letter carries: the picture within it, the file beside it. */
export function filesOf({ picture, file }: OutboundMessage): { file: StoredFile; contentId?: string }[] {
  return [...(picture ? [{ file: picture, contentId: PICTURE_ID }] : []), ...(file ? [{ file }] : [])];
}
