import { isBlankRow, isValue, usualWidth } from './cellShape.ts';
import type { Dialect } from './sourceTable.ts';
import { CsvTokenizer } from './tokenizeCsv.ts';

/** Delimiters looked for, with what each is trusted where two fit equally. A blank is the last resort. */
const DELIMITERS: readonly { delimiter: string; runs?: boolean; trust: number }[] = [
  { delimiter: ',', trust: 1 },
  { delimiter: ';', trust: 1 },
  { delimiter: '\t', trust: 1 },
  { delimiter: '|', trust: 1 },
  { delimiter: ', ', trust: 1 },
  { delimiter: '; ', trust: 1 },
  { delimiter: ' | ', trust: 1 },
  { delimiter: '||', trust: 1 },
  { delimiter: '^', trust: 0.8 },
  { delimiter: '~', trust: 0.8 },
  { delimiter: ':', trust: 0.5 },
  { delimiter: ' ', trust: 0.5 },
  { delimiter: ' ', runs: true, trust: 0.5 },
];
const SAMPLE_CHARS = 64 * 1024;
const SAMPLE_ROWS = 300;

/**
 * Finds the dialect of a text from its beginning, by reading it in every likely one and choosing that in which most
 * rows are equally wide and the cells look whole. One column of plain text comes out as comma-separated.
 */
export function sniffDialect(text: string): Dialect {
  const newline = sniffNewline(text);
  const sample = wholeLines(text, newline);
  const declared = /^sep=(.)\r?$/m.exec(sample.slice(0, 8))?.[1];
  let best: Dialect = { delimiter: declared ?? ',', runs: false, quote: '"', escape: 'doubled', newline };
  let bestScore = 0.2;
  for (const { delimiter, runs = false, trust } of DELIMITERS) {
    if (!sample.includes(delimiter) || (declared && delimiter !== declared)) continue;
    for (const quote of ['"', "'"] as const) {
      if (quote === "'" && !quotesWith(sample, delimiter, quote)) continue;
      const dialect: Dialect = { delimiter, runs, quote, escape: 'doubled', newline };
      const score = trust * suits(sample, dialect);
      if (score > bestScore + 1e-9) [best, bestScore] = [dialect, score];
    }
  }
  return { ...best, escape: sniffEscape(sample, best) };
}

/** Reads a text in a dialect; for samples and single lines. */
export function readSample(text: string, dialect: Dialect): string[][] {
  const tokenizer = new CsvTokenizer(dialect);
  tokenizer.write(text, true);
  return tokenizer.rows;
}

function sniffNewline(text: string): Dialect['newline'] {
  let feeds = 0;
  let returns = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) feeds += 1;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 10) returns += 1;
  }
  return returns > 2 * feeds ? '\r' : '\n';
}

function wholeLines(text: string, newline: string): string {
  if (text.length <= SAMPLE_CHARS) return text;
  const cut = text.lastIndexOf(newline, SAMPLE_CHARS);
  return cut > 0 ? text.slice(0, cut + 1) : text.slice(0, SAMPLE_CHARS);
}

/** 0 to 1: how well rows agree in width, times how whole their cells look, times a little for having more columns. */
function suits(sample: string, dialect: Dialect): number {
  const rows = readSample(sample, dialect).slice(0, SAMPLE_ROWS);
  const filled = rows.filter((row) => !isBlankRow(row));
  const width = usualWidth(filled);
  const blank = dialect.delimiter === ' ';
  if (width < (blank ? 3 : 2)) return 0;
  const even = filled.filter((row) => row.length === width);
  const agreement = even.length / filled.length;
  if (blank && agreement < 0.7) return 0;
  const wholeness = meanWholeness(even, dialect);
  return agreement * wholeness * (1 - 0.3 / width);
}

/** 1 where no cell holds a quote, another delimiter or a blank at its edge, unless it is a value as it stands. */
function meanWholeness(rows: readonly string[][], dialect: Dialect): number {
  let cells = 0;
  let faults = 0;
  for (const row of rows) {
    for (const cell of row) {
      if (cell === '' || (isValue(cell) && cell.trim() === cell)) continue;
      if (cell.startsWith(' ') || cell.endsWith(' ')) faults += 0.3;
      const edge = cell[0] === '"' || cell[0] === "'" ? cell[0] : '';
      if (edge && cell.endsWith(edge)) faults += 1;
      else if (cell.includes('"')) faults += 0.3;
      if (cell.length < 60 && OTHERS.some((other) => !dialect.delimiter.includes(other) && cell.includes(other)))
        faults += 0.3;
    }
    cells += row.length;
  }
  // Columns without a single cell, header included: every second one where the delimiter is in truth two characters.
  const empty = rows[0]?.filter((_, column) => rows.every((row) => row[column] === '')).length ?? 0;
  faults += empty * rows.length * 0.3;
  return cells === 0 ? 0 : Math.max(0.05, 1 - faults / cells);
}

const OTHERS = [';', '\t', '|'];

/** Whether cells seem to open and close with this quote at all. */
function quotesWith(sample: string, delimiter: string, quote: string): boolean {
  const opens = sample.split(delimiter + quote).length;
  const closes = sample.split(quote + delimiter).length;
  return Math.min(opens, closes) > 1 || (sample.startsWith(quote) && closes > 1);
}

/** How quotes inside quoted cells are written; doubled (RFC 4180) unless the sample shows another way and never that. */
function sniffEscape(sample: string, { delimiter, quote }: Dialect): Dialect['escape'] {
  const d = delimiter.replace(/[|^\\$.*+?()[\]{}]/g, '\\$&');
  const edge = `(?:${d}|[\\r\\n])`;
  const inside = `(?!${edge}|${quote})`;
  const doubled = new RegExp(`(?<!${d}|[\\r\\n]|${quote})${quote}${quote}${inside}.`);
  if (doubled.test(sample)) return 'doubled';
  if (new RegExp(`\\\\${quote}${inside}.|\\\\${quote}${quote}${edge}`).test(sample)) return 'backslash';
  const bare = new RegExp(
    `(?:^|${d})${quote}[^${quote}\\r\\n]+(?<!${d})${quote}${inside}[^${quote}\\r\\n]*${quote}(?:${d}|$)`,
    'm',
  );
  return bare.test(sample) ? 'none' : 'doubled';
}
