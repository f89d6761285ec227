import { KadeError } from '../../errors.ts';
import { isBlankRow } from './cellShape.ts';
import { readSample } from './sniffDialect.ts';
import { fitHeader } from './sniffLayout.ts';
import { type Dialect, MAX_COLUMNS, type ReadingNote } from './sourceTable.ts';

/** Splits a row that knows none of the table's delimiter by another one, if that gives exactly the usual width. */
export function splitMixed(row: string[], width: number, dialect: Dialect): string[] {
  const [line] = row;
  if (row.length !== 1 || line === undefined || width < 2) return row;
  for (const delimiter of [',', ';', '\t', '|']) {
    if (delimiter === dialect.delimiter || !line.includes(delimiter)) continue;
    const [split] = readSample(line, { ...dialect, delimiter, runs: false });
    if (split?.length === width) return split;
  }
  return row;
}

/** Tells where a table's header comes again further down, and puts the cells of the rows below back under its columns. */
export class HeaderWatch {
  section = 0;
  private readonly columns: ReadonlyMap<string, number>;
  private readonly width: number;
  private places: readonly number[] | undefined;

  /** `header` is the table's last header line as it stands in the file; empty switches the watch off. */
  constructor(header: readonly string[], width: number) {
    const columns = new Map<string, number>();
    for (const [column, cell] of fitHeader(header, width).entries()) {
      const key = keyOf(cell);
      if (key !== '' && !columns.has(key)) columns.set(key, column);
    }
    this.columns = columns;
    this.width = Math.max(width, header.length);
  }

  /** Whether this row is the header again: three of four of its names, two at least. It begins a new section. */
  isHeader(row: readonly string[]): boolean {
    const { columns } = this;
    if (columns.size < 2 || !(columns.has(keyOf(row[0] ?? '')) || columns.has(keyOf(row[1] ?? '')))) return false;
    const filled = row.filter((cell) => cell.trim() !== '');
    const known = new Set(filled.map(keyOf).filter((key) => columns.has(key)));
    if (known.size < 2 || known.size < 0.75 * Math.max(columns.size, filled.length)) return false;
    this.section += 1;
    this.places = this.place(row);
    return true;
  }

  /** The row under the first header's columns; cells under names it does not have come after its last column. */
  align(row: string[]): string[] {
    const { places } = this;
    if (!places) return row;
    const aligned: string[] = new Array<string>(this.width).fill('');
    for (const [i, cell] of row.entries()) {
      const place = places[i];
      if (place === undefined || place < 0) aligned.push(cell);
      else aligned[place] = cell;
    }
    return aligned;
  }

  private place(header: readonly string[]): readonly number[] | undefined {
    const used = new Set<number>();
    const places = header.map((cell) => {
      const column = this.columns.get(keyOf(cell)) ?? -1;
      if (used.has(column)) return -1;
      if (column >= 0) used.add(column);
      return column;
    });
    return places.every((column, i) => column === i) ? undefined : places;
  }
}

/** Turns rows as tokenized into a table's data rows: without preamble, header and blank rows, mixed delimiters mended. */
export class RowShaper {
  readonly watch: HeaderWatch;
  private seen = 0;
  private readonly skip: number;
  private readonly width: number;
  private readonly dialect: Dialect;

  constructor(table: {
    dialect: Dialect;
    layout: { preambleRows: number; headerRows: number; width: number };
    headerLines: readonly (readonly string[])[];
  }) {
    this.skip = table.layout.preambleRows + table.layout.headerRows;
    this.width = table.layout.width;
    this.dialect = table.dialect;
    this.watch = new HeaderWatch(table.headerLines.at(-1) ?? [], table.layout.width);
  }

  /**
   * A data row, or undefined where this one is none. May start a new section (`watch.section`). Throws
   * `file_line_too_long` { line } for more than MAX_COLUMNS cells.
   */
  shape(raw: string[], line: number, notes: ReadingNote[]): string[] | undefined {
    this.seen += 1;
    if (raw.length > MAX_COLUMNS) throw new KadeError('file_line_too_long', { line });
    if (this.seen <= this.skip) return undefined;
    if (raw[0] === '' && isBlankRow(raw)) return undefined;
    let row = raw;
    if (raw.length === 1 && this.width > 1) {
      row = splitMixed(raw, this.width, this.dialect);
      if (row !== raw) notes.push({ kind: 'mixed_delimiter', line });
    }
    if (this.watch.isHeader(row)) {
      notes.push({ kind: 'repeated_header', line });
      return undefined;
    }
    return this.watch.align(row);
  }
}

function keyOf(name: string): string {
  return name.trim().toLowerCase();
}
