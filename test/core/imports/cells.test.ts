import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateReader, decideDateOrder, readDay, weighDates } from '../../../core/imports/cells/readDate.ts';
import { decideDecimal, numberReader, roundMoney, toMinorUnits } from '../../../core/imports/cells/readNumber.ts';
import { phoneReader } from '../../../core/imports/cells/readPhone.ts';
import { readEmail, readGender, readId, readLanguage, readYesNo } from '../../../core/imports/cells/readWord.ts';

const iso = (text: string, order: 'dmy' | 'mdy' | null = 'dmy', zone = 'Asia/Colombo'): string => {
  const at = dateReader(order, zone)(text);
  return Number.isNaN(at) ? 'none' : new Date(at).toISOString();
};

describe('dates', () => {
  it.each([
    ['2010-12-01 08:26:00', '2010-12-01T02:56:00.000Z'],
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00+05:30', '2010-12-01T02:56:00.000Z'],
    ['01/12/2010 08:26', '2010-12-01T02:56:00.000Z'],
    ['1.12.10', '2010-11-30T18:30:00.000Z'],
    ['2010/12/1', '2010-11-30T18:30:00.000Z'],
    ['1 Dec 2010 08:26', '2010-12-01T02:56:00.000Z'],
    ['Wed, 1 December 2010', '2010-11-30T18:30:00.000Z'],
    ['Dec 1, 2010 8:26 PM', '2010-12-01T14:56:00.000Z'],
    ['1-Dec-10', '2010-11-30T18:30:00.000Z'],
    ['20101201', '2010-11-30T18:30:00.000Z'],
    ['40513.351388889', '2010-12-01T02:56:00.000Z'],
    ['1 දෙසැම්බර් 2010', '2010-11-30T18:30:00.000Z'],
    ['1 டிசம்பர் 2010', '2010-11-30T18:30:00.000Z'],
    ['31/02/2010', 'none'],
    ['13/13/2010', 'none'],
    ['soon', 'none'],
    ['12', 'none'],
    ['25:70 1/1/2010', 'none'],
  ])('reads %s', (text, expected) => expect(iso(text)).toBe(expected));

  it('reads month first where the column says so', () => {
    expect(iso('12/1/2010 8:26', 'mdy')).toBe('2010-12-01T02:56:00.000Z');
  });

  it('keeps the wall clock on the days on which clocks change', () => {
    expect(iso('28/03/2021 12:00', 'dmy', 'Europe/London')).toBe('2021-03-28T11:00:00.000Z');
    expect(iso('27/03/2021 12:00', 'dmy', 'Europe/London')).toBe('2021-03-27T12:00:00.000Z');
  });

  it('decides the order from the whole column', () => {
    expect(decideDateOrder(weighDates(['01/02/2024', '13/02/2024']))).toBe('dmy');
    expect(decideDateOrder(weighDates(['01/02/2024', '02/13/2024']))).toBe('mdy');
    expect(decideDateOrder(weighDates(['01/02/2024', '03/04/2024']))).toBeNull();
    expect(decideDateOrder(weighDates(['2024-02-01', '05/05/2024']))).toBe('any');
  });

  it('reads back any moment it is shown in any of the usual spellings', () => {
    const moment = fc.date({ min: new Date('1971-01-01'), max: new Date('2068-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (at) => {
        const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000);
        const [y, m, d] = [minute.getUTCFullYear(), minute.getUTCMonth() + 1, minute.getUTCDate()];
        const clock = `${minute.getUTCHours()}:${String(minute.getUTCMinutes()).padStart(2, '0')}`;
        const name = minute.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
        const read = dateReader('dmy', 'UTC');
        for (const text of [`${d}/${m}/${y} ${clock}`, `${y}-${m}-${d} ${clock}`, `${d} ${name} ${y} ${clock}`]) {
          expect(read(text)).toBe(minute.getTime());
        }
        expect(dateReader('mdy', 'UTC')(`${m}/${d}/${y} ${clock}`)).toBe(minute.getTime());
      }),
    );
  });

  it('puts no birthday into the future', () => {
    const now = Date.parse('2026-11-21T00:00:00Z');
    expect(new Date(readDay('04/03/45', 'dmy', now)).toISOString()).toBe('1945-03-04T00:00:00.000Z');
    expect(readDay('04/03/2045', 'dmy', now)).toBeNaN();
  });
});

describe('numbers and money', () => {
  it.each([
    ['1,234.50', '.', 1234.5],
    ['1,00,000', '.', 100000],
    ['Rs. 1,234/-', '.', 1234],
    ['Rs.1500/=', '.', 1500],
    ['LKR 99.90', '.', 99.9],
    ['රු. 250', '.', 250],
    ['ரூ 250', '.', 250],
    ['£2.55', '.', 2.55],
    ['(12.00)', '.', -12],
    ['12.00-', '.', -12],
    ['−5', '.', -5],
    ['1e3', '.', 1000],
    ['௧௨', '.', 12],
    ['1.234,56 €', ',', 1234.56],
    ['1 234,5', ',', 1234.5],
    ['1,2,3', '.', Number.NaN],
    ['twelve', '.', Number.NaN],
    ['12abc', '.', Number.NaN],
  ] as const)('reads %s', (text, decimal, expected) => expect(numberReader(decimal)(text)).toBe(expected));

  it('tells a decimal comma from a thousands comma by the column', () => {
    expect(decideDecimal(['1,234', '12,50'])).toBe(',');
    expect(decideDecimal(['1,234', '12.50'])).toBe('.');
    expect(decideDecimal(['1.234,50'])).toBe(',');
    expect(decideDecimal(['1,234'])).toBe('.');
    expect(decideDecimal(['12', '15'])).toBe('.');
  });

  it('reads any amount written with thousand separators, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (cents) => {
        const text = (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 });
        expect(toMinorUnits(numberReader('.')(text), 2)).toBe(cents);
        const german = (cents / 100).toLocaleString('de', { minimumFractionDigits: 2 });
        expect(toMinorUnits(numberReader(',')(german), 2)).toBe(cents);
      }),
    );
  });

  it('keeps fractions of a cent in a price, and rounds a return as its purchase', () => {
    expect(toMinorUnits(0.001, 2)).toBe(0.1);
    expect(toMinorUnits(2.55, 2)).toBe(255);
    expect(roundMoney(-12.5)).toBe(-roundMoney(12.5));
  });
});

describe('phones', () => {
  const read = phoneReader('LK');
  it.each([
    '0771234567',
    '771234567',
    '+94 77 123 4567',
    '94771234567',
    '0094771234567',
    '94 077 123 4567',
    '+94 (0) 77 123 4567',
    '077-123-4567',
    '(077) 1234567',
    '771234567.0',
    "'0771234567",
    '7.71234567E+08',
    '9.4771234567E+10',
    'Mob: 077 123 4567',
    '௦௭௭௧௨௩௪௫௬௭',
  ])('reads %s as one Sri Lankan phone', (text) => expect(read(text)).toEqual({ phones: ['+94771234567'] }));

  it('says so where a spreadsheet has dropped digits', () => {
    expect(read('7.71E+08')).toEqual({ problem: 'phone_digits_lost' });
  });

  it.each(['12345', 'none', '0771234', '1234567890', '=1+1', '077123456789012'])('refuses %s', (text) => {
    expect(read(text)).toEqual({ problem: 'phone_unreadable' });
  });

  it('takes two phones from one cell', () => {
    expect(read('0771234567 / 0712345678')).toEqual({ phones: ['+94771234567', '+94712345678'] });
  });

  it('reads foreign numbers with their country code', () => {
    expect(read('+44 20 7946 0958')).toEqual({ phones: ['+442079460958'] });
  });

  it('reads every spelling of any mobile number alike', () => {
    const mobile = fc.tuple(
      fc.constantFrom('70', '71', '72', '74', '75', '76', '77', '78'),
      fc.integer({ min: 0, max: 9_999_999 }),
    );
    fc.assert(
      fc.property(mobile, ([prefix, rest]) => {
        const national = `${prefix}${String(rest).padStart(7, '0')}`;
        for (const text of [
          `0${national}`,
          national,
          `+94${national}`,
          `94${national}`,
          `0094 ${national}`,
          `+94 ${national.slice(0, 2)} ${national.slice(2)}`,
        ]) {
          expect(read(text)).toEqual({ phones: [`+94${national}`] });
        }
      }),
    );
  });
});

describe('words', () => {
  it('reads yes and no in three languages, and nothing into anything else', () => {
    for (const yes of ['Yes', 'TRUE', 'y', '1', 'ඔව්', 'ஆம்', 'Opted in']) expect(readYesNo(yes)).toBe(true);
    for (const no of ['no', 'False', '0', 'එපා', 'இல்லை', 'unsubscribed']) expect(readYesNo(no)).toBe(false);
    expect(readYesNo('maybe')).toBeNull();
  });

  it('reads emails, genders, languages and ids', () => {
    expect(readEmail(' Nimal <Nimal.P@Example.COM> ')).toBe('nimal.p@example.com');
    expect(readEmail('nimal@')).toBeNull();
    expect(readGender('ස්ත්‍රී')).toBe('female');
    expect(readLanguage('தமிழ்')).toBe('ta');
    expect(readId(' 17850.0 ')).toBe('17850');
    expect(readId('A.0')).toBe('A.0');
  });
});
