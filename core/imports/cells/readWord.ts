import type { Gender } from '../../customers/customer.model.ts';
import type { Language } from '../../message.ts';

const YES = words(
  'yes y true t 1 ok okay agree agreed accept accepted subscribed subscribe opted-in optedin opt-in on active x ✓ ✔ ඔව් ඔව ඔවු එකඟයි ow owu ஆம் ஆமாம் சம்மதம் aam aama',
);
const NO = words(
  'no n false f 0 none never disagree declined unsubscribed unsubscribe opted-out optedout opt-out off stop stopped ✗ ✘ නැත නැහැ නෑ එපා naha ne epa இல்லை வேண்டாம் illai vendam',
);
const FEMALE = words('f female woman w girl mrs ms miss ගැහැණු ගැහැනු ස්ත්‍රී කාන්තා gahanu பெண் pen');
const MALE = words('m male man boy mr පිරිමි පුරුෂ pirimi ஆண் aan');
const OTHER = words('o other non-binary nonbinary x diverse වෙනත් மற்ற மற்றவை');
const PROSPECT = words('prospect lead potential enquiry inquiry අනාගත வருங்கால');
const CLIENT = words('client customer buyer existing ගනුදෙනුකරු පාරිභෝගික வாடிக்கையாளர்');
const ACTIVE = words('active live current සක්‍රිය செயலில்');
const INACTIVE = words('inactive dormant closed lapsed former අක්‍රිය செயலற்ற');
const LANGUAGES: readonly [Set<string>, Language][] = [
  [words('en eng english ඉංග්‍රීසි ஆங்கிலம்'), 'en'],
  [words('si sin sinhala sinhalese sinhal සිංහල சிங்களம்'), 'si'],
  [words('ta tam tamil දෙමළ தமிழ்'), 'ta'],
];
const EMAIL = /^[^\s@<>()",;:\\[\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u;

/** Yes or no in English, Sinhala and Tamil, romanised too; null where it is neither. */
export function readYesNo(cell: string): boolean | null {
  const word = fold(cell);
  if (YES.has(word)) return true;
  return NO.has(word) ? false : null;
}

export function readGender(cell: string): Gender | null {
  const word = fold(cell);
  if (FEMALE.has(word)) return 'female';
  if (MALE.has(word)) return 'male';
  return OTHER.has(word) ? 'other' : null;
}

export function readCustomerType(cell: string): 'prospect' | 'client' | null {
  const word = fold(cell);
  if (PROSPECT.has(word)) return 'prospect';
  return CLIENT.has(word) ? 'client' : null;
}

/** Where there is nothing but yes and no, yes is active. */
export function readStatus(cell: string): 'active' | 'inactive' | null {
  const word = fold(cell);
  if (INACTIVE.has(word) || NO.has(word)) return 'inactive';
  return ACTIVE.has(word) || YES.has(word) ? 'active' : null;
}

export function readLanguage(cell: string): Language | null {
  const word = fold(cell);
  return LANGUAGES.find(([names]) => names.has(word))?.[1] ?? null;
}

/** An email address in lower case, null where it is none. */
export function readEmail(cell: string): string | null {
  const text = cell
    .normalize('NFKC')
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^.*<(.+)>$/, '$1')
    .toLowerCase();
  return text.length <= 254 && EMAIL.test(text) ? text : null;
}

/** Text for people: NFC, single spaces, at most `limit` characters. */
export function readText(cell: string, limit = 200): string {
  const text = cell.normalize('NFC').replace(/\s+/g, ' ').trim();
  return text.length <= limit ? text : text.slice(0, limit);
}

/** An identifier: "17850.0" as a program writes a whole number is 17850; no inner tabs or line breaks. */
export function readId(cell: string): string {
  const text = readText(cell, 100);
  return text.endsWith('.0') && /^\d+\.0$/.test(text) ? text.slice(0, -2) : text;
}

function words(list: string): Set<string> {
  return new Set(list.split(' ').map(fold));
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[.!]+$/, '')
    .replace(/\s+/g, '-');
}
