import type { Language } from '../message.ts';
import { KEYWORDS, type Keyword } from './keywords.ts';

const LONGEST = 80;
const COURTESY =
  /^(?:please|pls|plz|plss|pl|kindly|ok|okay|hi|hello)\s+|\s+(?:please|pls|plz|plss|now|thanks|thank you|thx|sir|madam|ok)$/u;
/** "Do not text me any more": a wish any reasonable reader understands (47 CFR 64.1200(a)(10)). */
const NO_MORE_MESSAGES =
  /^(?:stop|dont|do not|never|quit)(?: ever)? (?:send|sending|text|texting|message|messaging|sms|spam|spamming|contact|contacting|bother|bothering)(?: me| us)?(?: (?:these|those|this|any|more|your|such|again|anymore|ever|to me))*(?: (?:messages?|texts?|sms|msgs?|offers?|promotions?|promos?|ads?|adverts?|stuff|spam))?(?: (?:anymore|any more|again|to me|ever))*$/u;

const KNOWN: ReadonlyMap<string, { keyword: Keyword; language: Language }> = new Map(
  Object.entries(KEYWORDS).flatMap(([keyword, languages]) =>
    Object.entries(languages).flatMap(([language, words]) =>
      words
        .split('|')
        .map((word): [string, { keyword: Keyword; language: Language }] => [
          foldWords(word),
          { keyword: keyword as Keyword, language: language as Language },
        ]),
    ),
  ),
);

/**
 * The keyword a whole message is, with the language of its words; null for any other message. Case, punctuation, emoji,
 * spacing and courtesies do not matter; a keyword inside a longer sentence is not one ("stop by tomorrow").
 */
export function readKeyword(text: string): { keyword: Keyword; language: Language } | null {
  if (text.length > LONGEST) return null;
  let words = foldWords(text).replace(/^(\S+)(?: \1)+$/u, '$1');
  for (;;) {
    const known = KNOWN.get(words);
    if (known) return known;
    const bare = words.replace(COURTESY, '');
    if (bare === words) break;
    words = bare;
  }
  return NO_MORE_MESSAGES.test(words) ? { keyword: 'stop', language: 'en' } : null;
}

/** NFKC, lower case, letters, marks and digits only; joiners and apostrophes vanish, letters typed apart come together. */
export function foldWords(text: string): string {
  const words = text
    .replace(/['’`´\u200b-\u200d\u2060]|\p{Variation_Selector}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return /^\p{L}(?: \p{L})+$/u.test(words) ? words.replaceAll(' ', '') : words;
}
