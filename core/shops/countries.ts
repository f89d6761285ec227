import { getCountry } from 'countries-and-timezones';
import { countries, type TCountryCode } from 'countries-list';
import { LANGUAGES } from '../message.ts';

/** What a country means for a shop in it. */
export interface Country {
  /** ISO 3166-1 alpha-2 */
  code: string;
  name: string;
  /** ISO 4217 */
  currency: string;
  /** `+94` */
  phonePrefix: string;
  /** IANA names, the country's usual one first */
  timeZones: string[];
}

const ALIASES: Record<string, TCountryCode> = {
  uk: 'GB',
  england: 'GB',
  britain: 'GB',
  usa: 'US',
  america: 'US',
  uae: 'AE',
  dubai: 'AE',
  lanka: 'LK',
  ceylon: 'LK',
};

/** The country with this code, from countries-list and countries-and-timezones. */
export function countryOf(code: string): Country | null {
  const found = Object.hasOwn(countries, code) ? countries[code as TCountryCode] : null;
  const [currency] = found?.currency ?? [];
  if (!found || !currency) return null;
  return {
    code,
    name: found.name,
    currency,
    phonePrefix: `+${found.phone[0]}`,
    timeZones: getCountry(code)?.timezones.slice() ?? ['UTC'],
  };
}

/** The country a person names in English, its own language, Sinhala or Tamil, by code or an unmistakable beginning; null otherwise. */
export function findCountry(words: string): Country | null {
  const wanted = fold(words);
  if (!wanted) return null;
  const alias = ALIASES[wanted];
  if (alias) return countryOf(alias);
  const exact = NAMES.filter(([, name]) => name === wanted);
  const codes = new Set(
    (exact.length || wanted.length < 4 ? exact : NAMES.filter(([, name]) => name.startsWith(wanted))).map(
      ([code]) => code,
    ),
  );
  const [code] = codes;
  return code && codes.size === 1 ? countryOf(code) : null;
}

function fold(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, (mark) => (/[̀-ͯ]/.test(mark) ? '' : mark))
    .trim()
    .toLowerCase();
}

const NAMES: [code: string, name: string][] = Object.entries(countries).flatMap(([code, country]) => {
  const translated = LANGUAGES.map((language) => new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? '');
  return [code, country.name, country.native, ...(country.alias ?? []), ...translated].map((name): [string, string] => [
    code,
    fold(name),
  ]);
});
