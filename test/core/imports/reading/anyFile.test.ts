import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KadeError } from '../../../../core/errors.ts';
import { readAll } from './readAll.ts';
import { zipFile } from './zipFile.ts';

const names = [
  'Nimal Perera',
  "Sean O'Brien",
  'Kamala, Silva',
  'ශ්‍රියානි ද සිල්වා',
  'தமிழ்ச்செல்வி',
  'Asha "A" Khan',
  'Zoë',
  'Raj; Kumar',
];
const person = fc.record({
  name: fc.constantFrom(...names),
  phone: fc.integer({ min: 700_000_000, max: 799_999_999 }).map((number) => `+94${number}`),
  joined: fc
    .date({ min: new Date('2000-01-01'), max: new Date('2025-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  spent: fc.integer({ min: 0, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
  city: fc.constantFrom('Colombo', 'Galle', 'ගාල්ල', 'Nuwara Eliya', ''),
});

describe('any file', () => {
  it('gives back a shop list exactly, written in any dialect and encoding, told nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 3, maxLength: 30 }),
        fc.constantFrom(',', ';', '\t', '|', ', '),
        fc.constantFrom('"', "'"),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('utf8' as const, 'utf16le' as const),
        fc.boolean(),
        async (people, delimiter, quote, eol, encoding, mark) => {
          const rows = people.map((one) => [one.phone, one.name, one.city, one.joined, one.spent]);
          const write = (cell: string): string =>
            cell.includes(delimiter.trim() || delimiter) || cell.includes(quote)
              ? quote + cell.replaceAll(quote, quote + quote) + quote
              : cell;
          const header = ['Phone', 'Name', 'City', 'Joined', 'Spent'];
          const text = [header, ...rows].map((row) => row.map(write).join(delimiter) + eol).join('');
          const read = await readAll(Buffer.from((mark ? '\ufeff' : '') + text, encoding));
          expect(read.header).toEqual(header);
          expect(read.rows).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends in tables or a typed refusal, packed or not, whatever its bytes are', async () => {
    const scraps = fc.constantFrom(
      'a,b',
      '\n',
      '"',
      ';',
      ',',
      '1',
      '\r',
      '\t',
      '2024-01-01',
      '\0',
      '�',
      'ක',
      'sep=;',
      ' ',
      '<',
      '{',
      "'",
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.array(scraps, { maxLength: 80 }).map((parts) => Buffer.from(parts.join(''))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('plain', 'gzip', 'zip', 'cut'), async (data, pack) => {
        const zip = zipFile([{ name: 'a.csv', data }]);
        const file = { plain: data, gzip: gzipSync(data), zip, cut: zip.subarray(0, zip.length - 30) }[pack];
        try {
          const { rows, header, lines } = await readAll(file);
          expect(header.length).toBeGreaterThan(0);
          expect(lines).toHaveLength(rows.length);
        } catch (error) {
          expect(error).toBeInstanceOf(KadeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
