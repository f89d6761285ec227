import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { westernDigits } from './readNumber.ts';

/** Several numbers in one cell, or why there is none. */
export type PhoneReading =
  | { readonly phones: readonly string[] }
  | { readonly problem: 'phone_unreadable' | 'phone_digits_lost' };

const SCIENTIFIC = /^(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i;
/** A separator between two numbers, not inside one. */
const SEPARATOR = /\s*(?:[,;|\n]|\/(?!\d{1,4}$)|\bor\b|\band\b|හෝ|அல்லது)\s*/iu;

/**
 * Reads phone numbers in any spelling to E.164 (libphonenumber): 0771234567, 771234567, +94 77 123 4567, 9477…, 0094….
 * A number that a spreadsheet turned into 7.71234567E+08 is mended; 7.71E+08 has lost its digits and is a problem.
 */
export function phoneReader(country: string): (text: string) => PhoneReading {
  const region = isSupportedCountry(country) ? country : undefined;
  return (cell) => {
    const text = westernDigits(cell.normalize('NFKC').trim()).replace(
      /^(?:tel|mob|mobile|phone|t|m|wa|whatsapp)[.:]\s*/i,
      '',
    );
    const phones: string[] = [];
    for (const piece of text.split(SEPARATOR)) {
      if (piece.trim() === '') continue;
      const read = readOne(piece.trim(), region);
      if (read === 'phone_digits_lost') return { problem: read };
      if (read === 'phone_unreadable') return { problem: read };
      if (!phones.includes(read)) phones.push(read);
    }
    return phones.length > 0 ? { phones } : { problem: 'phone_unreadable' };
  };
}

function readOne(piece: string, region: CountryCode | undefined): string {
  let text = piece
    .replace(/\.0+$/, '')
    .replace(/^'/, '')
    .replace(/^\+\s*\+/, '+');
  const scientific = SCIENTIFIC.exec(text);
  if (scientific) {
    const [, whole = '', fraction = '', power = '0'] = scientific;
    // Digits past the mantissa's last one are gone: 7.71E+08 could be any of a million phones.
    if (fraction.length < Number(power)) return 'phone_digits_lost';
    if (fraction.length > Number(power)) return 'phone_unreadable';
    text = whole + fraction;
  }
  if (/[^\d\s()+.\-\u2010-\u2015/]/.test(text)) return 'phone_unreadable';
  const digits = text.replace(/\D/g, '');
  if (digits.length < 7 || digits.length > 17) return 'phone_unreadable';
  for (const spelling of spellings(text, digits, region)) {
    const phone = parsePhoneNumberFromString(spelling, region);
    if (phone?.isValid()) return phone.number;
  }
  return 'phone_unreadable';
}

/** The text as it stands; then with a plus where the country's prefix lacks one or a zero too many follows it. */
function* spellings(text: string, digits: string, region: CountryCode | undefined): Generator<string> {
  yield text;
  if (digits.startsWith('00')) yield `+${digits.slice(2)}`;
  const international = digits.replace(/^0+/, '');
  if (!text.startsWith('+') && digits.length >= 11) yield `+${international}`;
  if (region === 'LK') yield `+${international.replace(/^940?/, '94')}`;
}
