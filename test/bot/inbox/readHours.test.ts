import { describe, expect, it } from 'vitest';
import { hoursText } from '../../../bot/inbox/hoursText.ts';
import { readHours } from '../../../bot/inbox/readHours.ts';
import { translator } from '../../../bot/translate.ts';

const said = (text: string) => {
  const hours = readHours(text);
  return hours && hoursText(translator('en'), hours).split('\n');
};

describe('business hours', () => {
  it.each([
    ['mon-fri 9-18, sat 9-13', ['Monday – Friday: 09:00–18:00', 'Saturday: 09:00–13:00', 'Sunday: closed']],
    ['Monday to Saturday 8.30am to 6pm', ['Monday – Saturday: 08:30–18:00', 'Sunday: closed']],
    ['9-6', ['Monday – Sunday: 09:00–18:00']],
    ['every day 9:00 – 17:30; sunday closed', ['Monday – Saturday: 09:00–17:30', 'Sunday: closed']],
    ['weekdays 10 to 19', ['Monday – Friday: 10:00–19:00', 'Saturday – Sunday: closed']],
    ['fri-mon 9-12', ['Monday: 09:00–12:00', 'Tuesday – Thursday: closed', 'Friday – Sunday: 09:00–12:00']],
    ['mon, wed 9-12', null],
    ['mon wed 9-12', ['Monday: 09:00–12:00', 'Tuesday: closed', 'Wednesday: 09:00–12:00', 'Thursday – Sunday: closed']],
    ['සඳුදා-සිකුරාදා 9-18, ඉරිදා වසා', ['Monday – Friday: 09:00–18:00', 'Saturday – Sunday: closed']],
    ['திங்கள்-வெள்ளி 9-18, சனி 9-13', ['Monday – Friday: 09:00–18:00', 'Saturday: 09:00–13:00', 'Sunday: closed']],
    ['funday 9-18', null],
    ['mon 9', null],
    ['mon 25-26', null],
    ['whenever we like', null],
    ['', null],
  ])('%s', (text, lines) => expect(said(text)).toEqual(lines));
});
