/** The sign between whole and fraction. */
export type DecimalSign = '.' | ',';

const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** Currency signs and words, the `/-` and `/=` that Sri Lankan price tags end with, percent left alone. */
const MONEY_WORDS = /rs\.?|lkr|usd|gbp|eur|inr|aud|slr|රු\.?|ரூ\.?|[$€£¥₹]|\/[-=]$/giu;
const BLANKS = /[\s\u00a0\u202f']/g;
const GROUPED_POINT = /^\d{1,3}(?:\.\d{3})+$/;

/** Reads numbers and money of one column: grouping, currency signs, brackets or a trailing minus for negatives; NaN where a cell is none. */
export function numberReader(decimal: DecimalSign): (text: string) => number {
  return (text) => {
    if (decimal === '.' && PLAIN.test(text)) return Number(text);
    return readNumber(text, decimal);
  };
}

function readNumber(cell: string, decimal: DecimalSign): number {
  let text = westernDigits(cell.normalize('NFKC').trim()).replace(MONEY_WORDS, '').replace(BLANKS, '');
  let sign = 1;
  const bracket = /^\((.+)\)$/.exec(text);
  if (bracket?.[1]) {
    sign = -1;
    text = bracket[1];
  }
  text = text.replace('\u2212', '-');
  if (/^\d.*-$/.test(text)) text = `-${text.slice(0, -1)}`;
  if (decimal === ',') {
    if (!/^[-+]?\d{1,3}(?:\.\d{3})*(?:,\d+)?$|^[-+]?\d+(?:,\d+)?$/.test(text)) return Number.NaN;
    return sign * Number(text.replaceAll('.', '').replace(',', '.'));
  }
  // Groups of two as well: 1,00,000.00 as written in India.
  if (text.includes(',') && !/^[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/.test(text)) return Number.NaN;
  text = text.replaceAll(',', '');
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? sign * Number(text) : Number.NaN;
}

/** Tells a column's decimal sign: a comma only where cells cannot be read otherwise and none needs a point. */
export function decideDecimal(cells: Iterable<string>): DecimalSign {
  let comma = 0;
  let point = 0;
  let grouped = 0;
  for (const cell of cells) {
    const text = cell
      .replace(MONEY_WORDS, '')
      .replace(BLANKS, '')
      .replace(/[-+()]/g, '');
    const lastComma = text.lastIndexOf(',');
    const lastPoint = text.lastIndexOf('.');
    if (lastComma < 0 && lastPoint < 0) continue;
    if (lastComma >= 0 && lastPoint >= 0) {
      if (lastComma > lastPoint) comma += 1;
      else point += 1;
    } else if (lastComma >= 0) {
      if (!/^\d{1,3}(?:,\d{2,3})*,\d{3}$/.test(text)) comma += 1;
    } else if (text.indexOf('.') !== lastPoint) grouped += 1;
    else if (!GROUPED_POINT.test(text)) point += 1;
  }
  return comma + grouped > point ? ',' : '.';
}

/** A money value in minor units; fractions of them are kept to six places, so that 2.55 is 255 and not 254.99…. */
export function toMinorUnits(value: number, digits: number): number {
  const minor = value * 10 ** digits;
  const whole = Math.round(minor);
  return Math.abs(minor - whole) < 1e-7 + Math.abs(minor) * 1e-15 ? whole : Math.round(minor * 1e6) / 1e6;
}

/** Rounds to whole minor units, halves away from zero, so that a return cancels its purchase. */
export function roundMoney(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** Digits of any script (Tamil ௧, Arabic ١ …) as 0 to 9. */
export function westernDigits(text: string): string {
  if (!/[^\x20-\x7e]/.test(text)) return text;
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
    return String(code - zero);
  });
}
