import { decodeText } from './decodeText.ts';
import { openBytes } from './openBytes.ts';
import { readSheetRows } from './readWorkbook.ts';
import type { ReadingNote, RowBatch, SourceTable } from './sourceTable.ts';
import { RowShaper } from './tableShape.ts';
import { CsvTokenizer } from './tokenizeCsv.ts';

const BATCH_ROWS = 1000;
const MAX_NOTES = 100;

/**
 * Streams a table's data rows (no preamble, header or blank rows) in batches of at most `batchRows`, 1000 by default;
 * the next piece of the file is read when the next batch is asked for. Rows are as wide as the file has them. Cells may
 * share memory with the piece they were cut from: copy those that are kept for long. Throws `file_not_found`,
 * `file_broken`, `file_line_too_long`, `file_unpacks_too_large`, and the signal's reason when aborted.
 */
export async function* readRows(
  path: string,
  table: SourceTable,
  options: { signal?: AbortSignal; batchRows?: number } = {},
): AsyncGenerator<RowBatch, void, undefined> {
  const { signal, batchRows = BATCH_ROWS } = options;
  const shaper = new RowShaper(table);
  const pieces = table.container.kind === 'xlsx' ? readSheetRows(path, table.container.sheet) : readPieces(path, table);
  let batch: Gathering = { rows: [], lines: [], notes: [] };
  const pack = (section: number, piece: Piece): RowBatch => {
    const { bytesRead, bytesTotal } = piece;
    const full = { ...batch, section, bytesRead, bytesTotal };
    batch = { rows: [], lines: [], notes: [] };
    return full;
  };
  let piece: Piece = { rows: [], lines: [], notes: [], bytesRead: 0, bytesTotal: 0 };
  for await (piece of pieces) {
    signal?.throwIfAborted();
    for (const note of piece.notes) if (batch.notes.length < MAX_NOTES) batch.notes.push(note);
    for (let i = 0; i < piece.rows.length; i++) {
      const line = piece.lines[i] ?? 0;
      const { section } = shaper.watch;
      const row = shaper.shape(piece.rows[i] ?? [], line, batch.notes);
      if (shaper.watch.section !== section && batch.rows.length > 0) yield pack(section, piece);
      if (!row) continue;
      batch.rows.push(row);
      batch.lines.push(line);
      if (batch.rows.length >= batchRows) {
        yield pack(shaper.watch.section, piece);
        signal?.throwIfAborted();
      }
    }
  }
  if (batch.rows.length > 0 || batch.notes.length > 0) yield pack(shaper.watch.section, piece);
}

interface Gathering {
  rows: string[][];
  lines: number[];
  notes: ReadingNote[];
}

/** Rows as the tokenizer or the workbook gives them, with the progress made. */
export interface Piece extends Gathering {
  bytesRead: number;
  bytesTotal: number;
}

async function* readPieces(path: string, table: SourceTable): AsyncGenerator<Piece, void, undefined> {
  const bytes = await openBytes(path, table.container);
  const decoder = decodeText(table.encoding);
  const tokenizer = new CsvTokenizer(table.dialect);
  const noted = new Set<string>();
  const piece = (text: string, last: boolean): Piece => {
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    tokenizer.write(clean, last);
    const taken = tokenizer.take();
    const note = (kind: ReadingNote['kind']): void => {
      if (!noted.has(kind)) taken.notes.push({ kind, line: taken.lines[0] ?? 0 });
      noted.add(kind);
    };
    if (clean !== text) note('nul_removed');
    if (decoder.mended > 0) note('not_utf8');
    return { ...taken, bytesRead: bytes.bytesRead(), bytesTotal: bytes.bytesTotal };
  };
  try {
    for await (const chunk of bytes.chunks) yield piece(decoder.write(chunk), false);
    yield piece(decoder.end(), true);
  } finally {
    bytes.close();
  }
}
