import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPeriod } from '../../../bot/reports/readPeriod.ts';

/** Saturday 21 November 2026, 10:00 in Colombo. */
const moment = { now: new Date('2026-11-21T04:30:00Z'), timeZone: 'Asia/Colombo' };
const day = (at: Date) =>
  new Intl.DateTimeFormat('sv', { timeZone: moment.timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);

const TABLE: [words: string, first: string, end: string][] = [
  ['30 days', '2026-10-23', '2026-11-22'],
  ['last 7 days', '2026-11-15', '2026-11-22'],
  ['7d', '2026-11-15', '2026-11-22'],
  ['for the last 3 months', '2026-08-22', '2026-11-22'],
  ['a year', '2025-11-22', '2026-11-22'],
  ['today', '2026-11-21', '2026-11-22'],
  ['yesterday', '2026-11-20', '2026-11-21'],
  ['this week', '2026-11-16', '2026-11-22'],
  ['last week', '2026-11-09', '2026-11-16'],
  ['last month', '2026-10-01', '2026-11-01'],
  ['last year', '2025-01-01', '2026-01-01'],
  ['2011', '2011-01-01', '2012-01-01'],
  ['Q4 2010', '2010-10-01', '2011-01-01'],
  ['Dec 2010', '2010-12-01', '2011-01-01'],
  ['december', '2025-12-01', '2026-01-01'],
  ['2011-12', '2011-12-01', '2012-01-01'],
  ['9/12/2011', '2011-12-09', '2011-12-10'],
  ['1 Dec 2010 to 9 Dec 2011', '2010-12-01', '2011-12-10'],
  ['from 1/12/2010 to 9/12/2011', '2010-12-01', '2011-12-10'],
  ['1/12/2010 - 9/12/2011', '2010-12-01', '2011-12-10'],
  ['1/12/2010–9/12/2011', '2010-12-01', '2011-12-10'],
  ['2010-12-01 to 2011-12-09', '2010-12-01', '2011-12-10'],
  ['December 1st, 2010 until December 9th, 2011', '2010-12-01', '2011-12-10'],
  ['between 1 Dec 2010 and 9 Dec 2011', '2010-12-01', '2011-12-10'],
  ['9 Dec 2011 to 1 Dec 2010', '2010-12-01', '2011-12-10'],
  ['1 to 9 Dec 2011', '2011-12-01', '2011-12-10'],
  ['20 Dec to 9 Jan', '2025-12-20', '2026-01-10'],
  ['since 1 Nov', '2026-11-01', '2026-11-22'],
  ['since monday', '2026-11-16', '2026-11-22'],
  ['last friday', '2026-11-20', '2026-11-21'],
  ['3 weeks ago', '2026-10-31', '2026-11-01'],
  ['පසුගිය දින 30', '2026-10-23', '2026-11-22'],
  ['පසුගිය මාසය', '2026-10-01', '2026-11-01'],
  ['2010 දෙසැම්බර් 1 සිට 2011 දෙසැම්බර් 9 දක්වා', '2010-12-01', '2011-12-10'],
  ['கடந்த 30 நாட்கள்', '2026-10-23', '2026-11-22'],
  ['கடந்த மாதம்', '2026-10-01', '2026-11-01'],
  ['1 டிசம்பர் 2010 முதல் 9 டிசம்பர் 2011 வரை', '2010-12-01', '2011-12-10'],
];

describe('a period in words', () => {
  it.each(TABLE)('%s', (words, first, end) => {
    const period = readPeriod(words, moment);
    expect(period && [day(period.from), day(period.to)]).toEqual([`${first} 00:00`, `${end} 00:00`]);
  });

  it.each([
    '',
    'bananas',
    '31 Feb 2011',
    '0 days',
    '99999 days',
    '30 bananas',
    '2027',
    'tomorrow',
    '1 Dec 2010 to bananas',
    '13/13/2011',
    '1 to 0 dec',
    '31 to 31 feb',
  ])('is not read from %j', (words) => {
    expect(readPeriod(words, moment)).toBeNull();
  });

  it('is null or whole, begun days, whatever is typed', () => {
    const pieces = fc.constantFrom(
      '1',
      '31',
      '2011',
      '0',
      '-',
      'to',
      'last',
      'dec',
      'day',
      '30 days',
      'since',
      '9/12/2011',
      'සිට',
      '௧',
      '\u0000',
      'mon',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const period = readPeriod(text, moment);
        if (!period) return;
        expect(period.from < period.to && period.from <= moment.now).toBe(true);
        expect([day(period.from), day(period.to)].every((one) => one.endsWith('00:00'))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
