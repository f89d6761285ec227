import type { Choice } from '../message.ts';

/** The choice that an answer names by its number in the list, its words, or both; null when it names none, or two. */
export function readChoice(text: string, choices: readonly Choice[]): Choice | null {
  const said = fold(text);
  if (said === '') return null;
  const named = choices.filter(({ label }) => fold(label) === said);
  if (named.length > 0) return named.length === 1 ? (named[0] ?? null) : null;
  return choices.find(({ label }, index) => [`${index + 1}`, `${index + 1} ${fold(label)}`].includes(said)) ?? null;
}

/** Letters, marks and digits only: "2.", "#2" and "(2)" are the same answer, an emoji before a label none. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200d\u2060]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
