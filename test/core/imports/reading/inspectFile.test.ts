import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectFile, safeName } from '../../../../core/imports/reading/inspectFile.ts';
import { fileOf, readAll, refusal } from './readAll.ts';
import { xlsxFile, zipFile } from './zipFile.ts';

const customers = [
  ['0771234567', 'Nimal Perera', 'Colombo', '2024-01-31', '1,250.00'],
  ['0712345678', 'Kamala, Silva', 'Galle', '2024-02-28', '300.50'],
  ['0751112223', "Sean O'Brien", 'Kandy', '2024-03-01', '75.00'],
  ['0761112224', 'Fathima "Fa" Nazeer', 'Jaffna', '2024-03-02', '9,900.00'],
];
const header = ['Phone', 'Name', 'City', 'Joined', 'Spent'];

function csv(rows: readonly string[][], delimiter = ',', quote = '"', eol = '\n'): string {
  const cell = (text: string): string =>
    text.includes(delimiter.trim() || delimiter) || text.includes(quote) || text.includes(' ')
      ? quote + text.replaceAll(quote, quote + quote) + quote
      : text;
  return rows.map((row) => row.map(cell).join(delimiter) + eol).join('');
}

describe('inspecting a file', () => {
  for (const delimiter of [',', ';', '\t', '|', ', ', '; ', ' ', ':', '||', '^']) {
    for (const quote of ['"', "'"]) {
      for (const [label, eol] of Object.entries({ LF: '\n', CRLF: '\r\n', CR: '\r' })) {
        it(`finds delimiter ${JSON.stringify(delimiter)} with quote ${quote} and ${label}`, async () => {
          const read = await readAll(csv([header, ...customers], delimiter, quote, eol));
          expect(read.header).toEqual(header);
          expect(read.rows).toEqual(customers);
        });
      }
    }
  }

  it('reads columns set apart by runs of blanks', async () => {
    const read = await readAll(' id  date n  value\n 00001 19970101  1   11.77\n 00002 19970112  12   2.00\n');
    expect(read.header).toEqual(['id', 'date', 'n', 'value']);
    expect(read.rows[1]).toEqual(['00002', '19970112', '12', '2.00']);
  });

  it('reads one column without any delimiter, names with blanks included', async () => {
    const read = await readAll('Customer\nNimal Perera\nKamala Silva\nSean O Brien\n');
    expect(read.header).toEqual(['Customer']);
    expect(read.rows).toEqual([['Nimal Perera'], ['Kamala Silva'], ['Sean O Brien']]);
  });

  it('believes a line sep=; and does not count it as data', async () => {
    const read = await readAll('sep=;\nname;price\nTea;1,50\nRice;2,75\n');
    expect(read.header).toEqual(['name', 'price']);
    expect(read.rows).toEqual([
      ['Tea', '1,50'],
      ['Rice', '2,75'],
    ]);
  });

  it('skips titles above the header', async () => {
    const read = await readAll(`Customer list of Nimal Stores\nMade on 2024-05-01\n\n${csv([header, ...customers])}`);
    expect(read.table.layout).toEqual({ preambleRows: 2, headerRows: 1, width: 5 });
    expect(read.rows).toEqual(customers);
    expect(read.lines).toEqual([5, 6, 7, 8]);
  });

  it('joins two header rows and takes the same one twice as one', async () => {
    const two = await readAll(csv([['Customer', 'Customer', 'Home', 'First', 'Total'], header, ...customers]));
    expect(two.header).toEqual(['Customer Phone', 'Customer Name', 'Home City', 'First Joined', 'Total Spent']);
    expect(two.rows).toEqual(customers);
    const twice = await readAll(csv([header, header, ...customers]));
    expect(twice.header).toEqual(header);
    expect(twice.rows).toEqual(customers);
  });

  it('keeps the first row as data where there is no header', async () => {
    const read = await readAll(csv(customers));
    expect(read.header).toEqual(['Column 1', 'Column 2', 'Column 3', 'Column 4', 'Column 5']);
    expect(read.rows).toEqual(customers);
    const texts = await readAll('Nimal,Colombo\nSunil,Colombo\nKamala,Galle\n');
    expect(texts.rows).toHaveLength(3);
  });

  it('tells duplicate and empty column names apart', async () => {
    const read = await readAll('name,phone,phone,,Phone\nNimal,1,2,3,4\nSunil,5,6,7,8\n');
    expect(read.header).toEqual(['name', 'phone', 'phone (2)', 'Column 4', 'Phone (3)']);
  });

  it('splits rows that use another delimiter, and says so', async () => {
    const read = await readAll('name,city,points\nNimal;Colombo;5\nSunil;Galle;6\nKamala;Kandy;7\nAsha,Matara,8\n');
    expect(read.header).toEqual(['name', 'city', 'points']);
    expect(read.rows.map((row) => row.length)).toEqual([3, 3, 3, 3]);
    expect(read.notes.map((note) => note.kind)).toContain('mixed_delimiter');
  });

  it('hands on rows of any width as they are', async () => {
    const read = await readAll('a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\nTotal: 3\n');
    expect(read.rows).toEqual([['1', '2', '3'], ['4', '5'], ['6', '7', '8', '9'], ['10', '11', '12'], ['Total: 3']]);
  });

  it('puts a second table under the columns of the first and loses none of its cells', async () => {
    const read = await readAll('id,name,city\n1,Nimal,Galle\n2,Asha,Kandy\nname,id,city,note\nSunil,3,Jaffna,new\n');
    expect(read.rows).toEqual([
      ['1', 'Nimal', 'Galle'],
      ['2', 'Asha', 'Kandy'],
      ['3', 'Sunil', 'Jaffna', 'new'],
    ]);
    expect(read.notes).toContainEqual({ kind: 'repeated_header', line: 4 });
  });

  it('takes out a NUL byte and says so', async () => {
    const read = await readAll('name,phone\nNi\0mal,0771234567\nAsha,0771234568\n');
    expect(read.rows[0]).toEqual(['Nimal', '0771234567']);
    expect(read.notes.map((note) => note.kind)).toEqual(['nul_removed']);
  });

  it('reads a header alone, and a single row', async () => {
    expect(await readAll('name,phone\n')).toMatchObject({ header: ['name', 'phone'], rows: [] });
    expect(await readAll('Nimal,0771234567')).toMatchObject({ rows: [['Nimal', '0771234567']] });
  });

  it('reads UTF-16 and Windows-1252 files', async () => {
    const text = 'නම,නගරය,ගණන\nනිමල්,ගාල්ල,5\nතමිල්,යාපනය,7\n';
    const utf16 = await readAll(Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(utf16.header).toEqual(['නම', 'නගරය', 'ගණන']);
    expect(utf16.rows[0]).toEqual(['නිමල්', 'ගාල්ල', '5']);
    const latin = await readAll(Buffer.from('name,price\nCaf\xe9,\x80 5\n', 'latin1'));
    expect(latin.rows).toEqual([['Café', '€ 5']]);
  });

  it('reads gzip', async () => {
    const read = await readAll(gzipSync(csv([header, ...customers])));
    expect(read.table.container).toEqual({ kind: 'gzip' });
    expect(read.rows).toEqual(customers);
  });

  it('offers each CSV of a zip, names cleaned, and says what was left out', async () => {
    const data = zipFile([
      { name: '../../etc/customers\u202e.csv', data: csv([header, ...customers]) },
      { name: 'folder/', data: '', stored: true },
      { name: '__MACOSX/._x.csv', data: 'x' },
      { name: 'folder\\orders.csv', data: 'order,total\n1,20\n2,30\n', stored: true },
      { name: 'photo.jpg', data: Buffer.from('ffd8ffe000104a46494600', 'hex') },
      { name: 'empty.csv', data: '' },
    ]);
    const first = await readAll(data);
    expect(first.inspection.tables.map((table) => table.name)).toEqual(['customers.csv', 'orders.csv']);
    expect(first.inspection.leftOut).toEqual([
      { name: 'photo.jpg', code: 'file_binary' },
      { name: 'empty.csv', code: 'file_empty' },
    ]);
    expect(first.rows).toEqual(customers);
    expect((await readAll(data, 1)).rows).toEqual([
      ['1', '20'],
      ['2', '30'],
    ]);
  });

  it('offers each sheet of a workbook, with dates and numbers as text', async () => {
    const data = xlsxFile({
      Customers: [
        ['Name', 'Phone', 'Joined'],
        ['Nimal', 771234567, new Date('2024-01-31')],
        ['Asha', 712345678, new Date('2024-02-29')],
      ],
      Empty: [],
      Orders: [
        ['Order', 'Total'],
        ['A1', 12.5],
      ],
    });
    const first = await readAll(data);
    expect(first.inspection.tables.map((table) => table.name)).toEqual(['Customers', 'Orders']);
    expect(first.header).toEqual(['Name', 'Phone', 'Joined']);
    expect(first.rows).toEqual([
      ['Nimal', '771234567', '2024-01-31'],
      ['Asha', '712345678', '2024-02-29'],
    ]);
    expect(first.lines).toEqual([2, 3]);
    expect((await readAll(data, 1)).rows).toEqual([['A1', '12.5']]);
  });

  it('makes file names safe', () => {
    expect(safeName('..\\..\\a/b\u0000c\n.csv')).toBe('bc.csv');
    expect(safeName('../')).toBe('file');
    expect(safeName('x'.repeat(500))).toHaveLength(100);
  });
});

function changed(zip: Buffer): Buffer {
  zip[zip.indexOf('1,2')] = 0x39;
  return zip;
}

describe('files that are no data', () => {
  const found = (what: string) => ({ code: 'file_binary', params: { found: what } });
  const cases: [name: string, data: Buffer | string, refused: object][] = [
    ['an empty file', '', { code: 'file_empty', params: {} }],
    ['a file of blanks', ' \n\n \r\n', { code: 'file_empty', params: {} }],
    ['an empty gzip', gzipSync(''), { code: 'file_empty', params: {} }],
    ['a PDF', '%PDF-1.7\n%\xe2\xe3\n1 0 obj\n', found('pdf')],
    ['a JPEG photo', Buffer.from('ffd8ffe000104a4649460001', 'hex'), found('image')],
    ['a PNG picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), found('image')],
    ['a phone video', Buffer.from('00000018667479706d703432', 'hex'), found('media')],
    ['a Word document', zipFile([{ name: 'word/document.xml', data: '<w/>' }]), found('document')],
    ['a web page', '<!DOCTYPE html><html><table><tr><td>1</td></tr></table>', found('web page')],
    ['JSON', '[{"name":"Nimal"},{"name":"Asha"}]', found('json')],
    ['a photo inside a gzip', gzipSync(Buffer.from('ffd8ffe000104a4649460001', 'hex')), found('image')],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + i * 7) % 256)), found('binary')],
    [
      'an old Excel workbook',
      Buffer.from(`d0cf11e0a1b11ae1${'00'.repeat(600)}`, 'hex'),
      { code: 'file_old_excel', params: {} },
    ],
    [
      'a workbook with a password',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      { code: 'file_encrypted', params: {} },
    ],
    [
      'a zip with a password',
      zipFile([{ name: 'a.csv', data: 'a,b\n1,2\n', encrypted: true }]),
      { code: 'file_encrypted', params: {} },
    ],
    ['an empty zip', zipFile([]), { code: 'file_empty', params: {} }],
    [
      'a zip that says it unpacks to 3 GB',
      zipFile([{ name: 'a.csv', data: 'a,b\n1,2\n', declared: 3_000_000_000 }]),
      { code: 'file_unpacks_too_large', params: { limitMb: 2048 } },
    ],
    ['a gzip cut short', gzipSync('name,phone\n'.repeat(5000)).subarray(0, 60), { code: 'file_broken', params: {} }],
    [
      'a zip with a changed byte',
      changed(zipFile([{ name: 'a.csv', data: 'a,b\n1,2\n', stored: true }])),
      { code: 'file_broken', params: {} },
    ],
    [
      'a workbook that is none',
      zipFile([{ name: 'xl/workbook.xml', data: '<no' }]),
      { code: 'file_broken', params: {} },
    ],
    ['a workbook of empty sheets', xlsxFile({ One: [] }), { code: 'file_empty', params: {} }],
    [
      'a zip cut short',
      zipFile([{ name: 'a.csv', data: 'a,b\n1,2\n' }]).subarray(0, 40),
      { code: 'file_broken', params: {} },
    ],
    [
      'a row of three million columns',
      `${'1,'.repeat(3_000_000)}\n1,2\n`,
      { code: 'file_line_too_long', params: { line: 1 } },
    ],
    [
      'a single line of 100 MB',
      Buffer.alloc(100 * 1024 * 1024, 'x'),
      { code: 'file_line_too_long', params: { line: 1 } },
    ],
    [
      'a single line of 100 MB in a gzip',
      gzipSync(Buffer.alloc(100 * 1024 * 1024, 'x')),
      { code: 'file_line_too_long', params: { line: 1 } },
    ],
  ];
  for (const [name, data, refused] of cases) {
    it(`refuses ${name}`, async () => {
      expect(await refusal(data)).toEqual(refused);
    });
  }

  it('refuses a file that is not there and one over 200 MB', async () => {
    await expect(inspectFile('/nowhere/at/all.csv', 'all.csv')).rejects.toMatchObject({ code: 'file_not_found' });
    const { truncateSync } = await import('node:fs');
    const path = fileOf('a,b\n1,2\n');
    truncateSync(path, 200 * 1024 * 1024 + 1);
    await expect(inspectFile(path, 'a.csv')).rejects.toMatchObject({
      code: 'file_too_large',
      params: { limitMb: 200 },
    });
  });
});

const messy = resolve(process.env.KADE_SHARED ?? '../shared', 'data/csv_messy/csv_spectrum');
describe.skipIf(!existsSync(messy))(`csv-spectrum (skipped without ${messy})`, () => {
  for (const file of existsSync(messy) ? readdirSync(join(messy, 'csvs')) : []) {
    it(`reads ${file} exactly as its JSON says`, async () => {
      const json: unknown = JSON.parse(readFileSync(join(messy, 'json', file.replace('.csv', '.json')), 'utf8'));
      const expected = [json].flat() as Record<string, string>[];
      // csv-spectrum 2.0.0 blanked the phone number in this JSON and not in the CSV.
      if (file === 'location_coordinates.csv')
        Object.assign(expected[0] ?? {}, { 'Contact Phone Number': '2095257564' });
      const read = await readAll(readFileSync(join(messy, 'csvs', file)));
      expect(read.rows.map((row) => Object.fromEntries(read.header.map((name, i) => [name, row[i]])))).toEqual(
        expected,
      );
    });
  }
});
