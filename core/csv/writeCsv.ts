import { Readable } from 'node:stream';

/** A cell as it may be written: nothing becomes an empty cell. */
export type CsvCell = string | number | boolean | null | undefined;

const BOM = '\ufeff';
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab, return and NUL start formulas too (OWASP, CSV injection)
const FORMULA = /^[=+\-@\t\r\u0000\uff1d\uff0b\uff0d\uff20]/;
/** Plain numbers and phone numbers may start with a sign: no formula can be made of these characters alone. */
const HARMLESS = /^[+-]?\d[\d .,]*$|^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?%?$|^\+[\d ()-]{5,}$/i;
const QUOTED = /[",\r\n]|^\s|\s$/;

/**
 * One row of CSV with its line end (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe
 * before it; numbers and phone numbers such as +94771234567 stay as they are.
 */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A whole CSV file, as a stream of UTF-8 with a byte order mark, so that Excel shows Sinhala and Tamil. */
export function csvFile(rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>): Readable {
  return Readable.from(csvPieces(rows), { objectMode: false });
}

const PIECE_CHARS = 64 * 1024;

async function* csvPieces(
  rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>,
): AsyncGenerator<string> {
  let piece = BOM;
  for await (const row of rows) {
    piece += csvRow(row);
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function csvCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell);
  const safe = FORMULA.test(text) && !HARMLESS.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
