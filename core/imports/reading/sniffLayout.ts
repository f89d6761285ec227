import { isBlankRow, isValue, usualWidth } from './cellShape.ts';
import type { Layout } from './sourceTable.ts';

type Rows = readonly (readonly string[])[];

const MAX_PREAMBLE = 30;
const MAX_HEADER = 4;
const SAMPLE_ROWS = 200;

/** Finds titles above the table, the header's rows (0 to 4) and the usual width, from the first rows of a table. */
export function sniffLayout(rows: Rows): Layout {
  const width = usualWidth(rows.slice(0, SAMPLE_ROWS).filter((row) => !isBlankRow(row)));
  let start = 0;
  while (start < Math.min(MAX_PREAMBLE, rows.length - 1) && isTitle(rows[start] ?? [], width)) start += 1;
  // Nothing but titles: there is no table under them, so they are the table.
  if (start === Math.min(MAX_PREAMBLE, rows.length - 1) && isTitle(rows[start] ?? [], width)) start = 0;
  return { preambleRows: start, headerRows: countHeaderRows(rows.slice(start, start + SAMPLE_ROWS), width), width };
}

/** The column names: header rows joined, made non-empty and distinct, one for each of the usual row's cells at least. */
export function nameColumns(headerLines: Rows, width: number): string[] {
  const lines = headerLines.map((line) => fitHeader(line, width));
  const names: string[] = [];
  const taken = new Set<string>();
  const count = Math.max(width, ...lines.map((line) => line.length));
  for (let column = 0; column < count; column++) {
    const parts = [...new Set(lines.map((line) => (line[column] ?? '').replace(/\s+/g, ' ').trim()))].filter(
      (part) => part !== '',
    );
    const base = parts.join(' ').slice(0, 200) || `Column ${column + 1}`;
    let name = base;
    for (let again = 2; taken.has(name.toLowerCase()); again++) name = `${base} (${again})`;
    taken.add(name.toLowerCase());
    names.push(name);
  }
  return names;
}

/** A header wider than the rows under it, through empty cells, loses as many of those. */
export function fitHeader(line: readonly string[], width: number): readonly string[] {
  let spare = line.length - width;
  return spare <= 0 ? line : line.filter((cell) => cell.trim() !== '' || spare-- <= 0);
}

/** A title or note: far emptier than a row of this width. */
function isTitle(row: readonly string[], width: number): boolean {
  if (isBlankRow(row) || /^sep=/i.test(row[0] ?? '')) return true;
  if (width < 3) return row.length < width;
  const filled = row.filter((cell) => cell.trim() !== '').length;
  return filled <= 1 || filled < width * 0.4;
}

function countHeaderRows(rows: Rows, width: number): number {
  const [top, ...below] = rows;
  if (!top) return 0;
  const first = fitHeader(top, width);
  if (!isHeader(first, below, width)) return 0;
  let count = 1;
  while (count < MAX_HEADER && count < rows.length) {
    const row = rows[count] ?? [];
    const repeated = row.length === first.length && row.every((cell, column) => cell.trim() === first[column]?.trim());
    if (!repeated && !isSecondHeader(row, rows.slice(count + 1), width)) break;
    count += 1;
  }
  return count;
}

/** Columns whose filled cells are values (numbers, dates …) in at least seven of ten rows. */
function valueColumns(rows: Rows, width: number): number[] {
  const columns: number[] = [];
  for (let column = 0; column < width; column++) {
    const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell.trim() !== '');
    if (cells.length > 0 && cells.filter(isValue).length >= cells.length * 0.7) columns.push(column);
  }
  return columns;
}

/** Compares the first row with the rows below: names above values speak for a header, values or repeats against it. */
function isHeader(first: readonly string[], below: Rows, width: number): boolean {
  const cells = first.filter((cell) => cell.trim() !== '');
  if (cells.length === 0) return false;
  if (below.length === 0) return !cells.some(isValue);
  const even = below.filter((row) => row.length === width);
  const columns = valueColumns(even, width);
  const named = columns.filter((column) => (first[column] ?? '').trim() !== '' && !isValue(first[column] ?? '')).length;
  const valued = columns.filter((column) => isValue(first[column] ?? '')).length;
  if (named !== valued) return named > valued;
  if (cells.some(isValue)) return false;
  const repeats = first.filter((cell, column) => cell !== '' && below.some((row) => row[column] === cell)).length;
  return repeats === 0 || first.every((cell, column) => cell === below[0]?.[column]);
}

/** A second header row names what the rows below hold as values, in two columns at least, and holds no value itself. */
function isSecondHeader(row: readonly string[], below: Rows, width: number): boolean {
  if (row.length !== width || below.length < 2 || row.some(isValue)) return false;
  const columns = valueColumns(
    below.filter((next) => next.length === width),
    width,
  );
  return columns.length >= 2 && columns.every((column) => (row[column] ?? '').trim() !== '');
}
