import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, MAX_QUOTED_CHARS, MAX_ROW_CHARS } from '../../../../core/imports/reading/sourceTable.ts';
import { CsvTokenizer } from '../../../../core/imports/reading/tokenizeCsv.ts';

const comma: Dialect = { delimiter: ',', runs: false, quote: '"', escape: 'doubled', newline: '\n' };

function tokenize(pieces: readonly string[], dialect: Dialect = comma) {
  const tokenizer = new CsvTokenizer(dialect);
  for (const piece of pieces) tokenizer.write(piece);
  tokenizer.write('', true);
  return tokenizer.take();
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

const delimiters = fc.constantFrom(',', ';', '\t', '|', ', ', '||', ':');
const cellText = fc.string({
  unit: fc.constantFrom('a', 'B', '7', ' ', ',', ';', '|', '\t', '"', "'", '\\', '\n', '\r\n', 'ක', 'ශ්‍රී', 'தமி', '😀'),
  maxLength: 12,
});
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

/** Writes a table in a dialect, quoting where it must, and now and then where it need not. */
function write(rows: string[][], { delimiter, quote, escape: style }: Dialect, eol: string, always: boolean): string {
  const needs = (cell: string): boolean =>
    always || cell === '' || /["'\r\n\\]/.test(cell) || cell.includes(delimiter[0] ?? '') || cell.trim() !== cell;
  const inner = (cell: string): string =>
    style === 'backslash'
      ? cell.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
      : cell.replaceAll(quote, quote + quote);
  return rows.map((row) => row.map((c) => (needs(c) ? quote + inner(c) + quote : c)).join(delimiter) + eol).join('');
}

describe('the CSV tokenizer', () => {
  it('reads any well-formed table, in any dialect and any pieces, exactly as csv-parse does', () => {
    const table = fc.array(fc.array(cellText, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
    const options = fc.record({
      delimiter: delimiters,
      quote: fc.constantFrom('"' as const, "'" as const),
      escape: fc.constantFrom('doubled' as const, 'backslash' as const),
      eol: fc.constantFrom('\n', '\r\n', '\r'),
      always: fc.boolean(),
    });
    fc.assert(
      fc.property(table, options, sizes, (rows, { delimiter, quote, escape: style, eol, always }, pieces) => {
        const dialect: Dialect = { delimiter, runs: false, quote, escape: style, newline: eol === '\r' ? '\r' : '\n' };
        const text = write(rows, dialect, eol, always);
        const peer: string[][] = parse(text, {
          delimiter,
          quote,
          escape: style === 'backslash' ? '\\' : quote,
          record_delimiter: eol,
          relax_column_count: true,
          skip_empty_lines: true,
        });
        const { rows: read, notes } = tokenize(cut(text, pieces), dialect);
        expect(read).toEqual(peer);
        expect(read).toEqual(rows);
        expect(notes).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('gives the same rows, lines and notes for any text, however it is cut into pieces', () => {
    const junk = fc.string({
      unit: fc.constantFrom('"', "'", ',', ', ', '\n', '\r', '\r\n', 'a', ' ', '\\', '""'),
      maxLength: 60,
    });
    const dialects = fc.record({
      delimiter: fc.constantFrom(',', ', ', '||', ' '),
      runs: fc.boolean(),
      quote: fc.constantFrom('"' as const, "'" as const),
      escape: fc.constantFrom('doubled' as const, 'backslash' as const, 'none' as const),
      newline: fc.constantFrom('\n' as const, '\r' as const),
    });
    fc.assert(
      fc.property(junk, dialects, sizes, (text, sniffed, pieces) => {
        const dialect = { ...sniffed, runs: sniffed.runs && sniffed.delimiter === ' ' };
        expect(tokenize(cut(text, pieces), dialect)).toEqual(tokenize([text], dialect));
      }),
      { numRuns: 3000 },
    );
  });

  it('loses no character of any text that is not a quote, a delimiter, a line end or an escape', () => {
    const junk = fc.string({ unit: fc.constantFrom('"', ',', '\n', 'a', 'b', 'ක', ' '), maxLength: 60 });
    fc.assert(
      fc.property(junk, (text) => {
        const kept = (from: string): string => from.replace(/[",\n ]/g, '');
        expect(kept(tokenize([text]).rows.flat().join(''))).toBe(kept(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a quote that is never closed as a character and goes on with the next row', () => {
    const { rows, notes } = tokenize(['a,b\n1,"open\n2,"two"\n3,three\n']);
    expect(rows).toEqual([
      ['a', 'b'],
      ['1', '"open'],
      ['2', 'two'],
      ['3', 'three'],
    ]);
    expect(notes).toEqual([{ kind: 'stray_quote', line: 2 }]);
  });

  it('gives up on an open quote after a million characters and loses no row behind it', () => {
    const filler = 'plain,row\n'.repeat(MAX_QUOTED_CHARS / 8);
    const { rows, notes } = tokenize(cut(`x,"open\n${filler}`, [65_536]));
    expect(rows).toHaveLength(1 + MAX_QUOTED_CHARS / 8);
    expect(rows[0]).toEqual(['x', '"open']);
    expect(notes).toHaveLength(1);
  });

  it('keeps quotes that stand bare inside a quoted cell', () => {
    expect(tokenize(['"Nimal "Lucky" Perera",1\n']).rows).toEqual([['Nimal "Lucky" Perera', '1']]);
    expect(tokenize(['"boot, 10"","x"\n'], { ...comma, escape: 'none' }).rows).toEqual([['boot, 10"', 'x']]);
    expect(tokenize(['"boot, 10\\"","C:\\dir"\n'], { ...comma, escape: 'backslash' }).rows).toEqual([
      ['boot, 10"', 'C:\\dir'],
    ]);
  });

  it('names the line on which each row begins', () => {
    expect(tokenize(['a\n\n"b\nc",1\r\nd\n']).lines).toEqual([1, 3, 5]);
  });

  it('refuses a row longer than eight million characters instead of gathering it', () => {
    const piece = 'x'.repeat(1 << 20);
    const tokenizer = new CsvTokenizer(comma);
    const feed = (): void => {
      for (let i = 0; i <= MAX_ROW_CHARS >> 20; i++) tokenizer.write(piece);
    };
    expect(feed).toThrow(expect.objectContaining({ code: 'file_line_too_long', params: { line: 1 } }));
  });
});
