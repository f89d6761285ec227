import { inEveryLanguage } from '../translate.ts';

/** The kinds of words that dates and times are said with; in i18n under `words.<kind>`, parted by `|`. */
const KINDS = [
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'today',
  'yesterday',
  'tomorrow',
  'this',
  'last',
  'to',
  'from',
  'since',
  'every',
  'first',
  'am',
  'pm',
  'at',
  'weekday',
] as const;

const LONGEST_PHRASE = 5;
const MAX_TOKENS = 40;

/** What each phrase of every language stands for; months are `m1` to `m12`, weekdays `w1` (Monday) to `w7`. */
const MEANINGS = new Map<string, string>([
  ...phrases('filler', ''),
  ...KINDS.flatMap((kind) => phrases(kind, kind)),
  ...phrases('daily', 'every day'),
  ...phrases('weekly', 'every week'),
  ...phrases('monthly', 'every month'),
  ...phrases('noon', '12 pm'),
  ...numbered('months', 'm'),
  ...numbered('weekdays', 'w'),
]);

/**
 * A wish about dates in the words of any language, as plain tokens of one: `last 30 day`, `1 m12 2010 to 9 m12 2011`,
 * `every w1 9:30 am`. Words that say nothing are left out, unknown ones kept.
 */
export function readDateWords(text: string): string {
  const tokens = fold(text).split(' ').slice(0, MAX_TOKENS);
  const read: string[] = [];
  for (let i = 0; i < tokens.length; ) {
    let length = Math.min(LONGEST_PHRASE, tokens.length - i);
    while (length > 1 && !MEANINGS.has(tokens.slice(i, i + length).join(' '))) length--;
    const phrase = tokens.slice(i, i + length).join(' ');
    read.push(MEANINGS.get(phrase) ?? phrase);
    i += length;
  }
  return read.filter(Boolean).join(' ');
}

/** Lower case, digits parted from letters, no invisible joiners, no punctuation at the ends of words. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b-\u200d\ufeff]/g, '')
    .toLowerCase()
    .replace(/(\d)(?=\p{L})/gu, '$1 ')
    .replace(/[–—]/g, ' – ')
    .split(/[\s,]+/)
    .map((word) => word.replace(/^["“'(]+|["”')!?.;]+$/g, ''))
    .filter(Boolean)
    .join(' ');
}

function phrases(key: string, meaning: string): [string, string][] {
  return inEveryLanguage(`words.${key}`)
    .flatMap((words) => words.split('|'))
    .map((words) => [fold(words), meaning]);
}

function numbered(key: string, letter: string): [string, string][] {
  return inEveryLanguage(`words.${key}`).flatMap((list) =>
    list
      .split(',')
      .flatMap((words, i) => words.split('|').map((word): [string, string] => [fold(word), `${letter}${i + 1}`])),
  );
}
