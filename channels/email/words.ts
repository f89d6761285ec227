import { readKeyword } from '../../core/index.ts';

const SIGNATURE =
  /^(?:-- ?|—|__+|sent from my .{1,40}|get outlook for .{1,40}|sent from (?:outlook|yahoo mail|mail for windows).*)$/i;
const ORIGINAL =
  /^(?:-{2,}\s*(?:original|forwarded) message\s*-{2,}|begin forwarded message:|_{20,}|(?:from|de|von|සිට|அனுப்புநர்):\s?.*@.*)$/i;

/** What a person wrote, without what they quote or sign it with. Where all is quoted, what stands between the quotes. */
export function ownWords(text: string): string {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\u00a0/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  const end = lines.findIndex(
    (line, at) => ORIGINAL.test(line.trim()) || SIGNATURE.test(line.trim()) || beginsQuote(lines, at),
  );
  const above = end < 0 ? lines : lines.slice(0, end);
  const own = above.some((line) => line !== '')
    ? above
    : lines.filter((line) => !line.startsWith('>') && !isAttribution(line));
  return own
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** "On Sat, … Shop wrote:", perhaps on two or three lines, with a quoted line below. */
function beginsQuote(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (line.startsWith('>')) return true;
  if (line === '' || (at > 0 && lines[at - 1] !== '')) return false;
  let last = at;
  while (lines[last + 1]?.match(/^[^>]/) && last - at < 2) last += 1;
  if (!isAttribution(lines[last] ?? '')) return false;
  const next = lines.slice(last + 1).find((below) => below !== '');
  return next === undefined || next.startsWith('>') || /@|\d{4}/.test(lines.slice(at, last + 1).join(' '));
}

function isAttribution(line: string): boolean {
  return /(?:\bwrote|\bschrieb|\ba écrit|\bescribió|<[^<>\s]+@[^<>\s]+>)\s?:$/i.test(line);
}

const PIECE = /<(\/?)([a-z][a-z0-9]*)([^<>]*)>?|<!--|[^<]+|</gi;
const NEW_LINE = /^(?:br|p|div|tr|li|h\d)$/;
const HIDDEN = /^(?:style|script|head|title)$/;
const QUOTE = /gmail_quote|yahoo_quoted|moz-cite-prefix|appendonsend|divrplyfwdmsg/;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  zwj: '\u200d',
};

/** The text of a mail that has HTML only, as far as the first quote. */
export function htmlText(html: string): string {
  let text = '';
  let hidden = '';
  for (const [piece, close, tag = '', rest = ''] of html.matchAll(PIECE)) {
    const name = tag.toLowerCase();
    if (hidden) {
      if (hidden === '!--' ? piece.includes('-->') : close && name === hidden) hidden = '';
    } else if (name === 'blockquote' || (name === 'div' && QUOTE.test(rest.toLowerCase()))) break;
    else if (piece === '<!--') hidden = '!--';
    else if (!close && HIDDEN.test(name)) hidden = name;
    else if (!name) text += piece.replace(/\s+/g, ' ');
    else if (NEW_LINE.test(name) && (close || name === 'br')) text += '\n';
  }
  return decode(text)
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

function decode(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name) return NAMED[name.toLowerCase()] ?? whole;
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** What a mail says: a STOP in its subject or its first line is all that counts; an empty mail says its subject. */
export function saidIn(subject: string, words: string): string {
  const [firstLine = ''] = words.split('\n');
  const stop = [firstLine, subject].find((line) => readKeyword(line)?.keyword === 'stop');
  return stop?.trim() ?? (words || subject.trim());
}
