import type { Language } from '../message.ts';

/** What a customer may ask with a word alone. */
export type Keyword = 'stop' | 'start' | 'help' | 'forget';

/** Each keyword's words, parted by `|`; the language is the one they are written in (Latin letters too). */
const WORDS: Record<Keyword, Record<Language, string>> = {
  stop: {
    en:
      'stop|stopall|stop all|unsubscribe|unsubscribe me|unsub|cancel|end|quit|revoke|optout|opt out|opt me out|' +
      'stop it|stop this|stop now|stop sms|stop messages|stop texts|stop offers|stop ads|remove me|' +
      'take me off your list|take me off the list|remove me from your list|remove me from the list|' +
      'leave me alone|no more messages|no more sms|no more texts|no more offers',
    si:
      'නවතන්න|නවත්වන්න|නවත්තන්න|නවත්තන්|නතර|නතර කරන්න|එපා|මට එපා|තව එපා|එවන්න එපා|මට එවන්න එපා|පණිවිඩ එපා|මැසේජ් එපා|ඉවත් කරන්න|' +
      'අයින් කරන්න|epa|mata epa|thawa epa|ewanna epa|evanna epa|mata ewanna epa|message epa|messages epa|msg epa|sms epa|' +
      'nawathanna|navathanna|nawattanna|nawaththanna|nawatwanna|nawathwanna|natara karanna|nathara karanna|' +
      'ain karanna|ayin karanna|iwath karanna',
    ta:
      'நிறுத்து|நிறுத்துங்க|நிறுத்துங்கள்|நிறுத்தவும்|நிறுத்துக|வேண்டாம்|எனக்கு வேண்டாம்|அனுப்ப வேண்டாம்|இனி அனுப்ப வேண்டாம்|செய்தி வேண்டாம்|' +
      'அனுப்பாதே|அனுப்பாதீர்கள்|அனுப்பாதீங்க|நீக்கவும்|விலகு|niruthu|nirutthu|niruththu|niruthunga|niruthungal|niruthavum|' +
      'vendam|vendaam|venda|vendaa|enakku vendam|enakku vendaam|anuppa vendam|anuppa vendaam|anupaathinga|' +
      'anuppathinga|message vendam|msg vendam|sms vendam',
  },
  start: {
    en: 'start|unstop|start again|subscribe|resubscribe|opt in|optin|opt me in',
    si: 'අරඹන්න|පටන් ගන්න|ආරම්භ කරන්න|ආයෙත් එවන්න|නැවත එවන්න|arambanna|patan ganna|aramba karanna|ayeth ewanna|nawatha ewanna',
    ta: 'தொடங்கு|தொடங்கவும்|தொடங்குங்கள்|ஆரம்பி|மீண்டும் அனுப்பு|மீண்டும் அனுப்பவும்|thodangu|todangu|thodangavum|arambi|meendum anuppu',
  },
  help: {
    en: 'help|info|help me|information',
    si: 'උදව්|උදව්ව|උපකාර|තොරතුරු|udaw|udav|udau|udawu|thorathuru',
    ta: 'உதவி|தகவல்|uthavi|udhavi|udavi|thagaval',
  },
  forget: {
    en:
      'forget me|forgetme|delete me|erase me|delete my data|erase my data|forget my data|remove my data|' +
      'delete my information|delete all my data|erase all my data',
    si:
      'මාව අමතක කරන්න|මාව මකන්න|මගේ දත්ත මකන්න|මගේ තොරතුරු මකන්න|මගේ විස්තර මකන්න|mawa amathaka karanna|mava amathaka karanna|' +
      'mawa makanna|mage data makanna|mage daththa makanna|mage thorathuru makanna|mage wisthara makanna',
    ta:
      'என்னை மறந்துவிடு|என்னை மறந்து விடு|என்னை மறந்துவிடுங்கள்|என்னை மறந்து விடுங்கள்|என்னை நீக்கு|என் தரவை அழி|என் தரவை நீக்கு|என் தகவலை அழி|என் தகவலை நீக்கு|' +
      'என் தகவல்களை நீக்கவும்|ennai maranthuvidu|ennai marandhu vidu|ennai maranthu vidu|ennai neekku|en thagavalai azhi|en thagavalai neekku',
  },
};

const LONGEST = 80;
const COURTESY =
  /^(?:please|pls|plz|plss|pl|kindly|ok|okay|hi|hello)\s+|\s+(?:please|pls|plz|plss|now|thanks|thank you|thx|sir|madam|ok)$/u;
/** "Do not text me any more": a wish any reasonable reader understands (47 CFR 64.1200(a)(10)). */
const NO_MORE_MESSAGES =
  /^(?:stop|dont|do not|never|quit)(?: ever)? (?:send|sending|text|texting|message|messaging|sms|spam|spamming|contact|contacting|bother|bothering)(?: me| us)?(?: (?:these|those|this|any|more|your|such|again|anymore|ever|to me))*(?: (?:messages?|texts?|sms|msgs?|offers?|promotions?|promos?|ads?|adverts?|stuff|spam))?(?: (?:anymore|any more|again|to me|ever))*$/u;

const KNOWN: ReadonlyMap<string, { keyword: Keyword; language: Language }> = new Map(
  Object.entries(WORDS).flatMap(([keyword, languages]) =>
    Object.entries(languages).flatMap(([language, words]) =>
      words
        .split('|')
        .map((word): [string, { keyword: Keyword; language: Language }] => [
          fold(word),
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
  let words = fold(text);
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
function fold(text: string): string {
  const words = text
    .replace(/['’`´\u200b-\u200d\u2060]|\p{Variation_Selector}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return /^\p{L}(?: \p{L})+$/u.test(words) ? words.replaceAll(' ', '') : words;
}
