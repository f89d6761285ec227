/** Digits after the point in a currency (LKR 2, JPY 0), from ISO 4217 through Intl. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Minor units as money in words, `Rs 1,234.50`. */
export function formatMoney(minorUnits: number, currency: string): string {
  const digits = minorDigits(currency);
  const format = formatter(currency, digits);
  return format.format(minorUnits / 10 ** digits);
}

/** Minor units as money without its small change, `Rs 1,235`: for labels where room is short. */
export function formatWholeMoney(minorUnits: number, currency: string): string {
  return formatter(currency, 0).format(minorUnits / 10 ** minorDigits(currency));
}

/** Minor units, fractions of them shown, `Rs 0.755`: for what one message costs. */
export function formatPrice(minorUnits: number, currency: string): string {
  const digits = minorDigits(currency);
  const [, fraction = ''] = (Math.round(minorUnits * 1e4) / 1e4 / 10 ** digits).toFixed(digits + 4).split('.');
  return formatter(currency, Math.max(digits, fraction.replace(/0+$/, '').length)).format(minorUnits / 10 ** digits);
}

const formatters = new Map<string, Intl.NumberFormat>();
function formatter(currency: string, digits: number): Intl.NumberFormat {
  const known = formatters.get(`${currency}${digits}`);
  if (known) return known;
  const created = new Intl.NumberFormat('en-LK', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formatters.set(`${currency}${digits}`, created);
  return created;
}
