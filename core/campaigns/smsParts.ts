/** How an SMS is billed: parts of at most `perPart` units; units are septets (GSM-7) or UTF-16 code units (UCS-2). */
export interface SmsParts {
  script: 'GSM-7' | 'UCS-2';
  units: number;
  parts: number;
}

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** They go out behind an escape, two septets that stay together. */
const EXTENDED = '\f^{}\\[~]|€';
const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((letter): [string, number] => [letter, 1]),
  ...[...EXTENDED].map((letter): [string, number] => [letter, 2]),
]);

/**
 * Counts an SMS after 3GPP TS 23.038 and 23.040: 160 septets or 70 units alone, 153 or 67 a part when there are more. As
 * Twilio does, a part ends between two letters as they are read: a Sinhala letter keeps its signs.
 */
export function smsParts(text: string): SmsParts {
  const letters = [...text];
  const isGsm = letters.every((letter) => SEPTETS.has(letter));
  const sizes = letters.map((letter) => (isGsm ? (SEPTETS.get(letter) ?? 1) : letter.length));
  const [single, joined] = isGsm ? [160, 153] : [70, 67];
  const units = sizes.reduce((sum, size) => sum + size, 0);
  return {
    script: isGsm ? 'GSM-7' : 'UCS-2',
    units,
    parts: units <= single ? Math.min(units, 1) : fill(isGsm ? sizes : readLetters(text), joined),
  };
}

const asRead = new Intl.Segmenter('en', { granularity: 'grapheme' });

function readLetters(text: string): number[] {
  return [...asRead.segment(text)].map(({ segment }) => segment.length);
}

/** What is never cut in two (an escaped letter, an emoji, a letter with its signs) can leave units unused. */
function fill(sizes: readonly number[], perPart: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > perPart) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
