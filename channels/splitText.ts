const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A text in parts of at most `limit` UTF-16 units, each ending where a sentence or a line does (English, Sinhala, Tamil),
 * else between two words, else between two letters as they are read.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const end = breakBefore(rest, limit);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest || parts.length === 0 ? [...parts, rest] : parts;
}

/** Where the next part begins; the space before it may lie beyond the limit. */
function breakBefore(text: string, limit: number): number {
  const window = text.slice(0, limit + 2);
  const fits = (end: number): boolean => end > 0 && window.slice(0, end).trimEnd().length <= limit;
  // The Sinhala full stop, kunddaliya, is no end of a sentence to Unicode; the danda is.
  const ends = [...sentences.segment(window.replaceAll('෴', '।'))].map(({ index }) => index).filter(fits);
  const words = [...window.matchAll(/\s+/g)].map(({ index }) => index).filter(fits);
  const end = ends.at(-1) ?? words.at(-1);
  if (end !== undefined) return end;
  const between = [...letters.segment(window)].map(({ index }) => index).filter(fits);
  return between.at(-1) ?? limit;
}
