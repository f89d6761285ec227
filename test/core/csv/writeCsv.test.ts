import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFile, csvRow } from '../../../core/csv/writeCsv.ts';

describe('writing CSV', () => {
  it('quotes by RFC 4180', () => {
    expect(csvRow(['a', 'b,c', 'd"e', 'f\ng', ' h', null, undefined, 1.5, true])).toBe(
      'a,"b,c","d""e","f\ng"," h",,,1.5,true\r\n',
    );
  });

  it('puts an apostrophe before what a spreadsheet would take for a formula', () => {
    const risky = [
      '=HYPERLINK("http://x","y")',
      '+1+1',
      '-2+3',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\0=1',
      '＝1',
      '-',
      '=',
      "-cmd|' /C calc'!A0",
    ];
    for (const cell of risky) expect(parse(csvRow([cell]), { relax_column_count: true })[0]?.[0]).toBe(`'${cell}`);
  });

  it('leaves numbers and phone numbers as they are', () => {
    for (const cell of ['-5', '+5', '-1,250.50', '+94771234567', '+94 77 123 4567', '-1.5e-3', '-12.5%', -7]) {
      expect(csvRow([cell]).trim().replaceAll('"', '')).toBe(String(cell));
    }
  });

  it('writes a file that reads back as it was, formulas aside, with a byte order mark', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ක', "'", '1'), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), async (rows) => {
        const written = (await buffer(csvFile(rows))).toString();
        expect(written.startsWith('\ufeff')).toBe(true);
        const expected = rows.map((row) => row.map((value) => (value.startsWith('\r') ? `'${value}` : value)));
        expect(parse(written, { bom: true, relax_column_count: true, record_delimiter: '\r\n' })).toEqual(expected);
      }),
    );
  });

  it('streams rows as they come', async () => {
    async function* rows(): AsyncGenerator<[number, string]> {
      for (let i = 0; i < 20_000; i++) yield [i, 'නිමල්'];
    }
    const lines = (await buffer(csvFile(rows()))).toString().split('\r\n');
    expect(lines).toHaveLength(20_001);
    expect(lines[19_999]).toBe('19999,නිමල්');
  });
});
