import { KadeError } from '../../errors.ts';
import { type Dialect, MAX_QUOTED_CHARS, MAX_ROW_CHARS, type ReadingNote } from './sourceTable.ts';

const MORE = -1;
const STRAY = -2;
const BACKSLASH = 92;
const LF = 10;
const CR = 13;
const BLANK = 32;
const RUNS = / +/;

/**
 * Splits text, handed over in pieces of any size, into rows of cells (RFC 4180 and its common dialects). Rows gather in
 * `rows` with their 1-based first line in `lines`; the caller takes them out with `take`. A quote that cannot be the
 * start of a quoted cell (never closed within MAX_QUOTED_CHARS, or the next cell opens one before it closes) is kept as
 * a character and noted, so that it never swallows the rest of a file. Throws `file_line_too_long` { line }.
 */
export class CsvTokenizer {
  rows: string[][] = [];
  lines: number[] = [];
  notes: ReadingNote[] = [];
  private text = '';
  private line = 1;
  private cell = '';
  private last = false;
  private skipLf = false;
  private readonly delimiter: string;
  private readonly quote: string;
  private readonly quoteCode: number;
  private readonly escape: Dialect['escape'];
  private readonly newline: string;
  private readonly runs: boolean;

  constructor(dialect: Dialect) {
    this.delimiter = dialect.delimiter;
    this.quote = dialect.quote;
    this.quoteCode = dialect.quote.charCodeAt(0);
    this.escape = dialect.escape;
    this.newline = dialect.newline;
    this.runs = dialect.runs;
  }

  /** Hands over the rows and notes gathered so far. */
  take(): { rows: string[][]; lines: number[]; notes: ReadingNote[] } {
    const { rows, lines, notes } = this;
    this.rows = [];
    this.lines = [];
    this.notes = [];
    return { rows, lines, notes };
  }

  /** Reads the next piece; `last` says that nothing follows. */
  write(piece: string, last = false): void {
    const text = this.text === '' ? piece : this.text + piece;
    this.text = text;
    this.last = last;
    let at = 0;
    let quoteAt = -1;
    while (at < text.length) {
      if (this.skipLf) {
        this.skipLf = false;
        if (text.charCodeAt(at) === LF) {
          at += 1;
          continue;
        }
      }
      let end = text.indexOf(this.newline, at);
      if (end < 0) {
        if (!last) break;
        end = text.length;
      }
      if (quoteAt < at) {
        quoteAt = text.indexOf(this.quote, at);
        if (quoteAt < 0) quoteAt = text.length;
      }
      if (quoteAt >= end) {
        this.plainRow(at, end);
        this.line += 1;
        at = end + 1;
      } else {
        const next = this.quotedRow(at, end);
        if (next === MORE) break;
        at = next;
      }
      if (this.newline === '\r') this.skipLf = true;
    }
    this.text = at >= text.length ? '' : text.slice(at);
    if (this.text.length > MAX_ROW_CHARS) throw new KadeError('file_line_too_long', { line: this.line });
  }

  /** A line without any quote; an empty one is no row. */
  private plainRow(from: number, to: number): void {
    const stop = this.lineEnd(from, to);
    if (stop === from) return;
    let line = this.text.slice(from, stop);
    if (this.runs) {
      line = line.trim();
      if (line === '') return;
      this.rows.push(line.split(RUNS));
    } else {
      this.rows.push(line.split(this.delimiter));
    }
    this.lines.push(this.line);
  }

  /** A row in which a quote occurs. Answers where the next one begins, or MORE. */
  private quotedRow(from: number, lineEnd: number): number {
    const { text, delimiter } = this;
    const cells: string[] = [];
    const firstLine = this.line;
    const firstNote = this.notes.length;
    let lines = 1;
    let end = lineEnd;
    let at = this.runs ? this.skipRun(from) : from;
    for (;;) {
      let next = STRAY;
      if (text.charCodeAt(at) === this.quoteCode) {
        next = this.quotedCell(at);
        if (next === MORE) {
          this.notes.length = firstNote;
          return MORE;
        }
        if (next === STRAY) this.note(firstLine + lines - 1);
      }
      if (next === STRAY) {
        next = text.indexOf(delimiter, at);
        if (next < 0 || next > end) next = end;
        this.cell = text.slice(at, next === end ? this.lineEnd(at, end) : next);
      } else if (next > end) {
        // The cell held line breaks: count them, and find where the line it ends on stops.
        for (; end >= 0 && end < next; end = text.indexOf(this.newline, end + 1)) lines += 1;
        if (end < 0) {
          if (!this.last) {
            this.notes.length = firstNote;
            return MORE;
          }
          end = text.length;
        }
      }
      cells.push(this.cell);
      at = next;
      if (at < end && text.startsWith(delimiter, at)) {
        at += delimiter.length;
        if (this.runs) at = this.skipRun(at);
        if (!this.runs || this.lineEnd(at, end) > at) continue;
      }
      this.rows.push(cells);
      this.lines.push(firstLine);
      this.line += lines;
      return end + 1;
    }
  }

  /** Reads the quoted cell that opens at `from` into `cell`. Answers where it ends, MORE, or STRAY. */
  private quotedCell(from: number): number {
    const { text, quote } = this;
    let escaped = this.escape === 'backslash';
    let at = from + 1;
    for (;;) {
      at = text.indexOf(quote, at);
      const seen = at < 0 ? text.length : at;
      if (seen - from > MAX_QUOTED_CHARS) return STRAY;
      if (at < 0) return this.last ? STRAY : MORE;
      if (this.escape === 'backslash' && this.backslashed(from, at)) {
        at += 1;
        continue;
      }
      const after = at + 1;
      const twice = text.charCodeAt(after) === this.quoteCode;
      if (twice && this.escape !== 'none') {
        escaped = true;
        at = after + 1;
        continue;
      }
      // Two quotes where none is escaped: the second closes, unless the cell is empty and the first one does.
      const close = twice && at > from + 1 ? after : at;
      const end = this.cellEnd(close + 1);
      if (end === MORE) return MORE;
      if (end !== STRAY) {
        this.cell = text.slice(from + 1, close);
        if (escaped) this.cell = this.unescape(this.cell);
        return end;
      }
      if (at > from + 1 && this.cellStart(at)) return STRAY;
      at = after;
    }
  }

  private unescape(cell: string): string {
    const { quote } = this;
    if (this.escape === 'doubled') return cell.replaceAll(quote + quote, quote);
    return cell.replace(/\\(["'\\])|""|''/g, (found: string, next?: string) => {
      if (next === undefined) return found[0] === quote ? quote : found;
      return next === quote || next === '\\' ? next : found;
    });
  }

  private backslashed(from: number, at: number): boolean {
    let count = 0;
    while (at - 1 - count > from && this.text.charCodeAt(at - 1 - count) === BACKSLASH) count += 1;
    return count % 2 === 1;
  }

  /** Where the cell ends if a closing quote stands before `at` (blanks between are forgiven); else STRAY, or MORE. */
  private cellEnd(at: number): number {
    const { text, delimiter } = this;
    const reach = this.last ? 0 : Math.max(2, delimiter.length);
    for (let i = at; ; i++) {
      if (i + reach > text.length) return MORE;
      if (i >= text.length || text.startsWith(delimiter, i)) return i;
      const code = text.charCodeAt(i);
      if (code === (this.newline === '\n' ? LF : CR)) return i;
      if (code === CR && text.charCodeAt(i + 1) === LF) return i;
      if (code !== BLANK) return STRAY;
    }
  }

  /** Whether a cell may begin at `at`: a delimiter or a line break stands before it. */
  private cellStart(at: number): boolean {
    const before = this.text.charCodeAt(at - 1);
    return before === LF || before === CR || this.text.startsWith(this.delimiter, at - this.delimiter.length);
  }

  private skipRun(from: number): number {
    let at = from;
    while (this.text.startsWith(this.delimiter, at)) at += this.delimiter.length;
    return at;
  }

  /** `to`, without the carriage return that may stand before a line feed. */
  private lineEnd(from: number, to: number): number {
    return to > from && this.newline === '\n' && this.text.charCodeAt(to - 1) === CR ? to - 1 : to;
  }

  private note(line: number): void {
    if (this.notes.length < 100) this.notes.push({ kind: 'stray_quote', line });
  }
}
