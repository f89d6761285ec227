import type { SKRSContext2D } from '@napi-rs/canvas';

/** What no text font draws: controls, direction overrides, emoji and their selectors (ZWJ and ZWNJ shape Sinhala, and stay). */
const undrawable =
  /\p{Cc}|[\u202A-\u202E\u2066-\u2069]|\p{Variation_Selector}|\u20E3|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{RI}/gu;
/** A joiner is only of use after a letter or its marks; one left over from an emoji is not. */
const strayJoiner = /(?<![\p{L}\p{M}])[\u200C\u200D]/gu;
/** A cut inside a conjunct must not leave its first half and an invisible joiner behind. */
const openJoin = /[\u0DCA\u0BCD]?[\u200C\u200D]$/u;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** No line holds more; keeps the measuring of a 100,000-character name cheap. */
const longest = 300;

/** One line of drawable text: pictures and controls dropped, white space folded. Marks such as © and ™ stay. */
export function plainText(text: string): string {
  return text
    .slice(0, longest * 4)
    .replace(undrawable, (found) => ('©®™'.includes(found) ? found : ' '))
    .replace(strayJoiner, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** `text` cut with an ellipsis, between whole letters, to at most `width` units in the context's current font. */
export function fitText(ctx: SKRSContext2D, text: string, width: number): string {
  const line = plainText(text);
  if (line.length <= longest && ctx.measureText(line).width <= width) return line;
  const parts = Array.from(letters.segment(line.slice(0, longest)), (part) => part.segment);
  let [fits, tooMany] = [0, parts.length + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (ctx.measureText(shortened(parts, middle)).width <= width) fits = middle;
    else tooMany = middle;
  }
  return fits > 0 ? shortened(parts, fits) : '';
}

function shortened(parts: string[], count: number): string {
  return `${parts.slice(0, count).join('').trimEnd().replace(openJoin, '')}…`;
}

/** The words of `text` in at most `most` lines of `width` units; the last is shortened when more is left. */
export function wrapText(ctx: SKRSContext2D, text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of plainText(text).split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    const full = lines.length === most;
    if (lines.length > 0 && (full || ctx.measureText(longer).width <= width)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => fitText(ctx, line, width));
}
