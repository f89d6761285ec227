import { stat } from 'node:fs/promises';
import readExcelFile, { readSheet } from 'read-excel-file/node';
import { KadeError } from '../../errors.ts';
import type { Piece } from './readRows.ts';

/** The sheets of an .xlsx file with their cells as strings, read whole; throws `file_broken`. */
export async function readWorkbook(path: string): Promise<{ name: string; rows: string[][] }[]> {
  try {
    const sheets = await readExcelFile(path);
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data.map((row) => row.map(cellText)) }));
  } catch (error) {
    throw new KadeError('file_broken', {}, { cause: error });
  }
}

/** One sheet's rows in pieces; `lines` are the sheet's row numbers. Throws `file_broken`. */
export async function* readSheetRows(path: string, sheet: string): AsyncGenerator<Piece, void, undefined> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw new KadeError('file_not_found', {}, { cause: error });
  });
  const data = await readSheet(path, sheet).catch((error: unknown) => {
    throw new KadeError('file_broken', {}, { cause: error });
  });
  for (let from = 0; from < data.length; from += PIECE) {
    const part = data.slice(from, from + PIECE);
    yield {
      rows: part.map((row) => row.map(cellText)),
      lines: part.map((_, i) => from + i + 1),
      notes: [],
      bytesRead: Math.round((size * Math.min(data.length, from + PIECE)) / data.length),
      bytesTotal: size,
    };
  }
}

const PIECE = 1000;

/** Numbers in plain digits, dates in ISO 8601 (without a time at midnight), truth as TRUE and FALSE, nothing as ''. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    const iso = cell.toISOString();
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
  }
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return String(cell);
}
