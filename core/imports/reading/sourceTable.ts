/** How a file's text is written in bytes. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How rows and cells are told apart in a text file. */
export interface Dialect {
  /** One or more characters; with `runs` a run of them counts as one. */
  readonly delimiter: string;
  readonly runs: boolean;
  readonly quote: '"' | "'";
  /** How a quote stands inside a quoted cell: `""`, `\"`, or simply as it is. */
  readonly escape: 'doubled' | 'backslash' | 'none';
  /** What ends a row; `\n` takes `\r\n` as well. */
  readonly newline: '\n' | '\r';
}

/** Where a table begins inside its file, in rows as the tokenizer counts them. */
export interface Layout {
  /** Rows above the header that are titles or notes. */
  readonly preambleRows: number;
  /** 0 where the file has no header. */
  readonly headerRows: number;
  /** Cells in the usual row. */
  readonly width: number;
}

/** How the bytes of a table are reached. */
export type Container =
  | { readonly kind: 'plain' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'zip'; readonly member: number }
  | { readonly kind: 'xlsx'; readonly sheet: string };

/** One table found in a file: plain data, fit to be stored and handed to a worker thread. */
export interface SourceTable {
  /** Stable for the same file, e.g. `csv`, `zip-2`, `sheet-Orders`. */
  readonly id: string;
  /** For people: the file's, member's or sheet's name. */
  readonly name: string;
  readonly container: Container;
  readonly encoding: Encoding;
  readonly dialect: Dialect;
  readonly layout: Layout;
  /** One distinct, non-empty name a column; "Column 3" where the file gives none. */
  readonly header: readonly string[];
  /** The header rows as they stand in the file; empty without a header. */
  readonly headerLines: readonly (readonly string[])[];
  /** The first data rows, at most 100. */
  readonly sample: readonly (readonly string[])[];
  /** Data rows in the whole table, extrapolated from the sample; exact where the sample was the file. */
  readonly approxRows: number;
}

/** Something odd that was read around, for the import's report. */
export interface ReadingNote {
  readonly kind: 'stray_quote' | 'nul_removed' | 'not_utf8' | 'repeated_header' | 'mixed_delimiter';
  /** 1-based line in the unpacked text, 0 where no line can be named. */
  readonly line: number;
}

/** Rows in file order. `lines[i]` is the 1-based line (sheet row) on which `rows[i]` begins. */
export interface RowBatch {
  readonly rows: string[][];
  readonly lines: number[];
  /** Oddities met in this batch, the first 100 at most. */
  readonly notes: readonly ReadingNote[];
  /** 0 until the header comes again further down the file, then 1, 2 … Never mixed within a batch. */
  readonly section: number;
  /** Progress through the stored (packed) file. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

/** Cells a row may have; Excel's own limit. */
export const MAX_COLUMNS = 16_384;
/** Characters one row may have, line breaks inside its cells included. */
export const MAX_ROW_CHARS = 8 * 1024 * 1024;
/** Characters after which a quote that was opened and not closed is taken for a stray one. */
export const MAX_QUOTED_CHARS = 1024 * 1024;
/** Largest file taken, packed or not. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;
/** Largest workbook taken: it is read whole. */
export const MAX_WORKBOOK_BYTES = 20 * 1024 * 1024;
/** What a packed file may hold unpacked. */
export const MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024;
