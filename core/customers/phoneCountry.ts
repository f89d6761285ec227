import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** By how a number begins: enough to tell islands from the land whose code they share, few enough to keep. */
const SEEN = new Map<string, string | null>();
const BEGINS = 8;

/** The country (ISO 3166-1 alpha-2) of a number in E.164; null for none that is known. */
export function phoneCountry(number: string): string | null {
  const begin = number.slice(0, BEGINS);
  const seen = SEEN.get(begin);
  if (seen !== undefined) return seen;
  const country = parsePhoneNumberFromString(number)?.country ?? null;
  SEEN.set(begin, country);
  return country;
}
