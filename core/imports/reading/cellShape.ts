const NUMBER =
  /^[-+(]*(?:[A-Z]{3}|Rs\.?|[$€£¥₹]|රු\.?|ரூ\.?)?\s?[-+]?\d[\d.,' \u00a0]*(?:e[-+]?\d+)?\)?\s?(?:%|[A-Z]{3}|[€£])?$/i;
const DATE =
  /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?$|^\d{1,2}[- ][a-z]{3,9}[- ,]+\d{2,4}$|^[a-z]{3,9} \d{1,2},? \d{4}$/i;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:[ap]m)?$/i;
const PHONE = /^\+?\(?\d[\d\s().-]{6,}$/;
const ADDRESS = /^\S+@\S+\.\S+$|^https?:\/\//i;

/** Whether a cell holds a value nobody would name a column after: a number, money, date, time, phone, email or link. */
export function isValue(cell: string): boolean {
  const text = cell.trim();
  if (text === '' || text.length > 200) return false;
  return NUMBER.test(text) || DATE.test(text) || TIME.test(text) || PHONE.test(text) || ADDRESS.test(text);
}

/** Whether every cell is empty or blank. */
export function isBlankRow(row: readonly string[]): boolean {
  for (const cell of row) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

/** The commonest width of the rows, the larger one of equals. */
export function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of counts) {
    const lead = count - (counts.get(best) ?? 0);
    if (lead > 0 || (lead === 0 && width > best)) best = width;
  }
  return best;
}
