const DIRECTIONS = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** A foreign text on one line of ours: no line breaks, no invisible or direction-changing characters; cut to `limit` letters. */
export function oneLine(text: string, limit = 80): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(DIRECTIONS, '')
    .trim();
  const letters = Array.from(plain.slice(0, limit * 4));
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : plain;
}

/** A foreign text with its lines, in the same way. */
export function manyLines(text: string, limit: number): string {
  const lines = text.slice(0, limit * 4).split(/[\n\p{Zl}\p{Zp}]/u);
  const plain = lines
    .map((line) => line.replace(/\p{Cc}+/gu, ' ').replace(DIRECTIONS, ''))
    .join('\n')
    .trim();
  const letters = Array.from(plain);
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : plain;
}
