import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';

/** A phone in any spelling of the shop's country, or with a country code, as E.164 (`+94771234567`); null when it is none. */
export function parsePhone(text: string, country: string): string | null {
  const digits = text.normalize('NFKC').replace(/^00/, '+');
  const region = isSupportedCountry(country) ? country : undefined;
  const spellings = [digits, ...(/^\s*[1-9]/.test(digits) ? [`+${digits.trim()}`] : [])];
  for (const spelling of spellings) {
    const phone = parsePhoneNumberFromString(spelling, {
      ...(region ? { defaultCountry: region } : {}),
      extract: false,
    });
    if (phone?.isValid()) return phone.number;
  }
  return null;
}

/** A country's calling code without plus, `94`; '' for one without phones. */
export function callingCode(country: string): string {
  return isSupportedCountry(country) ? getCountryCallingCode(country satisfies CountryCode) : '';
}
