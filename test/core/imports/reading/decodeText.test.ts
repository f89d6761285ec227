import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, sniffEncoding } from '../../../../core/imports/reading/decodeText.ts';
import type { Encoding } from '../../../../core/imports/reading/sourceTable.ts';

const line = 'අංකය,නම,දුරකථන\n1,ශ්‍රී ලංකා,+94771234567\n2,தமிழ்ச்செல்வி,0771234567\n3,Zoë 😀,€5\n';
const letters = fc.constantFrom('a', '1', ',', '\n', 'ක', 'ෂ', '්‍ර', 'ශ්‍රී', 'த', 'மி', 'ழ்', 'é', '€', '😀', '\ufffd');
const texts = fc.string({ unit: letters, maxLength: 400 }).map((text) => line + text);
const sizes = fc.oneof(fc.constantFrom(1, 2, 3, 5, 7, 64, 1024, 65_536), fc.integer({ min: 1, max: 65_536 }));

function encode(text: string, encoding: Encoding, mark: boolean): Buffer {
  const whole = (mark ? '\ufeff' : '') + text;
  if (encoding === 'utf-8') return Buffer.from(whole, 'utf8');
  const bytes = Buffer.from(whole, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

function decode(bytes: Buffer, encoding: Encoding, size: number): { text: string; mended: number } {
  const decoder = decodeText(encoding);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += decoder.write(bytes.subarray(at, at + size));
  return { text: text + decoder.end(), mended: decoder.mended };
}

describe('decoding text', () => {
  it('finds the encoding and gives back every character, at every chunk size from 1 byte to 64 KB', () => {
    const encodings = fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be');
    fc.assert(
      fc.property(texts, encodings, fc.boolean(), sizes, (text, encoding, mark, size) => {
        const bytes = encode(text, encoding, mark);
        expect(sniffEncoding(bytes)).toBe(encoding);
        expect(decode(bytes, encoding, size)).toEqual({ text, mended: 0 });
      }),
      { numRuns: 1000 },
    );
  });

  it('never makes up a U+FFFD, whatever the bytes and the chunk size, and reads them alike at every size', () => {
    const bytes = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        letters.map((text) => Buffer.from(text)),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(bytes, sizes, (parts, size) => {
        const all = Buffer.concat(parts);
        const held = all.includes(Buffer.from('\ufffd'));
        const once = decode(all, 'utf-8', Math.max(1, all.length));
        expect(decode(all, 'utf-8', size)).toEqual(once);
        if (!held) expect(once.text).not.toContain('\ufffd');
      }),
      { numRuns: 2000 },
    );
  });

  it('reads Windows-1252 where the bytes are no UTF-8', () => {
    const bytes = Buffer.from('name,price\nCaf\xe9 Zo\xeb,\x805\nM\xfcller,\x8010\n', 'latin1');
    expect(sniffEncoding(bytes)).toBe('windows-1252');
    expect(decode(bytes, 'windows-1252', 3).text).toBe('name,price\nCafé Zoë,€5\nMüller,€10\n');
  });

  it('mends single bad bytes in UTF-8 and counts them', () => {
    const bytes = Buffer.concat([Buffer.from(line), Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x0a])]);
    expect(sniffEncoding(bytes)).toBe('utf-8');
    expect(decode(bytes, 'utf-8', 2)).toEqual({ text: `${line}Café\n`, mended: 1 });
  });

  it('is not misled by a sample that ends inside a character', () => {
    const bytes = Buffer.from('නම,නගරය\n');
    for (let size = 2; size < bytes.length; size++) expect(sniffEncoding(bytes.subarray(0, size))).toBe('utf-8');
  });
});
