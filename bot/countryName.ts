import type { Language } from '../core/index.ts';

const names = new Map<Language, Intl.DisplayNames>();

/** A country in the reader's language; `?` for an empty code. */
export function countryName(language: Language, code: string): string {
  const known = names.get(language) ?? new Intl.DisplayNames([language], { type: 'region' });
  names.set(language, known);
  return code ? (known.of(code) ?? code) : '?';
}
