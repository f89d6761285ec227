import { KadeError } from '../../errors.ts';
import { nameColumns, sniffLayout } from './sniffLayout.ts';
import type { SourceTable } from './sourceTable.ts';
import { RowShaper, splitMixed } from './tableShape.ts';

const SAMPLE_ROWS = 100;

/** A table from its first rows, as tokenized; `share` is the part of the table that they are, 0 to 1. Throws `file_no_columns`. */
export function describeTable(
  raw: string[][],
  share: number,
  base: Pick<SourceTable, 'id' | 'name' | 'container' | 'encoding' | 'dialect'>,
): SourceTable {
  const first = sniffLayout(raw);
  const rows = raw.map((row) => splitMixed(row, first.width, base.dialect));
  const layout = sniffLayout(rows);
  if (layout.width === 0) throw new KadeError('file_no_columns');
  const begin = layout.preambleRows + layout.headerRows;
  const headerLines = rows.slice(layout.preambleRows, begin);
  const header = nameColumns(headerLines, layout.width);
  const shaper = new RowShaper({ dialect: base.dialect, layout, headerLines });
  const data: string[][] = [];
  for (const row of rows) {
    const shaped = shaper.shape(row, 0, []);
    if (shaped) data.push(shaped);
  }
  return {
    ...base,
    layout,
    header,
    headerLines,
    sample: data.slice(0, SAMPLE_ROWS),
    approxRows: Math.round(data.length / share),
  };
}
