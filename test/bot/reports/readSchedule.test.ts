import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../../bot/reports/readSchedule.ts';
import { readScheduleCode, scheduleCode, scheduleText } from '../../../bot/reports/scheduleText.ts';
import { translator } from '../../../bot/translate.ts';

const TABLE: [words: string, code: string][] = [
  ['send me this every Monday at 9', '0900.w1.d7'],
  ['every monday 9', '0900.w1.d7'],
  ['every Monday at 9:30 pm', '2130.w1.d7'],
  ['every Monday at noon', '1200.w1.d7'],
  ['last 90 days every Monday at 12 am', '0000.w1.d90'],
  ['send me a report of 30 days every Friday at 6 pm', '1800.w5.d30'],
  ['every Monday and Thursday at 10', '1000.w14.d7'],
  ['every weekday at 8.30', '0830.w12345.d1'],
  ['every day at 8', '0800.e.d1'],
  ['daily at 7am', '0700.e.d1'],
  ['every evening at 6', '1800.e.d1'],
  ['weekly', '0900.w1.d7'],
  ['monthly', '0900.m1.m1'],
  ['every month at 9', '0900.m1.m1'],
  ['every month on the 1st at 9', '0900.m1.m1'],
  ['first day of every month', '0900.m1.m1'],
  ['on the 15th of every month at 7pm', '1900.m15.m1'],
  ['monthly on the 5th 10:15', '1015.m5.m1'],
  ['සෑම සඳුදාම උදේ 9ට මේක එවන්න', '0900.w1.d7'],
  ['හැමදාම උදේ 8ට', '0800.e.d1'],
  ['සෑම සිකුරාදාම සවස 5.30ට', '1730.w5.d7'],
  ['සෑම මාසයකම 1 වැනිදා 9ට', '0900.m1.m1'],
  ['hama saduda ude 9ta', '0900.w1.d7'],
  ['ஒவ்வொரு திங்கட்கிழமையும் காலை 9 மணிக்கு', '0900.w1.d7'],
  ['இதை ஒவ்வொரு திங்களும் காலை 9 மணிக்கு அனுப்பு', '0900.w1.d7'],
  ['தினமும் மாலை 6 மணிக்கு', '1800.e.d1'],
  ['ஒவ்வொரு மாதமும் 1 ஆம் தேதி காலை 9 மணிக்கு', '0900.m1.m1'],
  ['ovvoru thingal kaalai 9 manikku', '0900.w1.d7'],
];

describe('a schedule in words', () => {
  it.each(TABLE)('%s', (words, code) => {
    const wish = readSchedule(words);
    expect(wish && scheduleCode(wish)).toBe(code);
  });

  it.each([
    'send me this',
    'every',
    'every blue moon',
    'every 2 weeks',
    'every Monday at 25',
    'every Monday at 9:75',
    'every month on the 31st',
    'every Monday at 0 pm',
  ])('is not read from %j', (words) => {
    expect(readSchedule(words)).toBeNull();
  });

  it('is read back in each language', () => {
    const wish = readSchedule('every Monday at 9');
    expect(wish && scheduleText(translator('en'), wish)).toBe('every Monday at 09:00, for the 7 days before');
    expect(wish && scheduleText(translator('si'), wish)).toBe('සෑම සඳුදා 09:00ට, කලින් දින 7 සඳහා');
    expect(wish && scheduleText(translator('ta'), wish)).toBe('ஒவ்வொரு திங்கள் 09:00 மணிக்கு, முந்தைய 7 நாட்கள் பற்றி');
  });

  it('survives its code, which fits a button', () => {
    const rules = fc.oneof(
      fc.record({ monthDay: fc.integer({ min: 1, max: 28 }) }),
      fc.record({
        weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((days) => days.sort()),
      }),
      fc.constant({}),
    );
    const wishes = fc.record({
      days: rules,
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      unit: fc.constantFrom('day' as const, 'month' as const),
      count: fc.integer({ min: 1, max: 3660 }),
    });
    fc.assert(
      fc.property(wishes, ({ days, hour, minute, unit, count }) => {
        const wish = { rule: { hour, minute, ...days }, span: { unit, count } };
        expect(readScheduleCode(scheduleCode(wish))).toEqual(wish);
        expect(Buffer.byteLength(`report.readBack:${scheduleCode(wish)}`)).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('is never read from nonsense, and nothing throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readSchedule(text)));
    for (const code of ['', '2500.e.d1', '0900.w8.d1', '0900.m29.m1', '0900.e.d0', 'x'])
      expect(readScheduleCode(code)).toBeNull();
  });
});
