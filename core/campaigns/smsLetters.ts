import { smsParts } from './smsParts.ts';

/** Letters of typographers, and what an SMS has for them (after Twilio's "smart encoding"); spaces and wide forms come by NFKC. */
const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '"': '“”„‟«»″',
    "'": '‘’‚‛`´′ʼ',
    '-': '‐‑‒–—―−•·',
    '<': '‹',
    '>': '›',
    '': '\u200b\u2060\ufeff\u00ad',
  }).flatMap(([plain, letters]) => [...letters].map((letter): [string, string] => [letter, plain])),
);

/**
 * A text with plain letters in place of typographic ones, if that lets it go out in GSM-7: one curly quote turns the
 * 160 letters of an SMS into 70. Any other text (Sinhala, an emoji) stays as it is. Lines end in one letter.
 */
export function toSmsLetters(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n');
  const plain = [...lines].map((letter) => PLAIN.get(letter) ?? letter).join('');
  return [lines, plain, plain.normalize('NFKC')].find((one) => smsParts(one).script === 'GSM-7') ?? lines;
}
