import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js';
import { phoneReader } from '../imports/cells/readPhone.ts';

/** The one phone that a text is, in any spelling that files may have too, as E.164 (`+94771234567`); null when it is none, or several. */
export function parsePhone(text: string, country: string): string | null {
  const read = phoneReader(country)(text);
  if (!('phones' in read)) return null;
  const [phone, ...others] = read.phones;
  return phone && others.length === 0 ? phone : null;
}

/** A country's calling code without plus, `94`; '' for one without phones. */
export function callingCode(country: string): string {
  return isSupportedCountry(country) ? getCountryCallingCode(country) : '';
}
