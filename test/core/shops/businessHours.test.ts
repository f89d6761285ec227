import { describe, expect, it } from 'vitest';
import { type BusinessHours, isOpen, nextOpening } from '../../../core/index.ts';

const weekdays: BusinessHours = [1, 2, 3, 4, 5, 6, 7].map((day) => (day < 6 ? { from: 540, to: 1080 } : null));
const shop = { timeZone: 'Asia/Colombo', businessHours: weekdays };

describe('business hours', () => {
  it.each([
    ['2026-11-20T03:29:00Z', false],
    ['2026-11-20T03:30:00Z', true],
    ['2026-11-20T12:29:00Z', true],
    ['2026-11-20T12:30:00Z', false],
    ['2026-11-21T05:00:00Z', false],
  ])('are the shop’s own time: %s', (at, open) => expect(isOpen(shop, new Date(at))).toBe(open));

  it.each([
    ['2026-11-20T03:00:00Z', '2026-11-20T03:30:00.000Z'],
    ['2026-11-20T03:30:00Z', '2026-11-23T03:30:00.000Z'],
    ['2026-11-21T05:00:00Z', '2026-11-23T03:30:00.000Z'],
  ])('open next after %s at %s', (at, opening) => expect(nextOpening(shop, new Date(at))?.toISOString()).toBe(opening));

  it('are all hours where none are set, and none where all days are closed', () => {
    const at = new Date('2026-11-21T22:00:00Z');
    expect(isOpen({ timeZone: 'UTC' }, at)).toBe(true);
    expect(nextOpening({ timeZone: 'UTC', businessHours: weekdays.map(() => null) }, at)).toBeNull();
  });

  it('keep to the clock where it changes', () => {
    const berlin = {
      timeZone: 'Europe/Berlin',
      businessHours: [1, 2, 3, 4, 5, 6, 7].map(() => ({ from: 540, to: 1080 })),
    };
    expect(nextOpening(berlin, new Date('2026-10-24T18:00:00Z'))?.toISOString()).toBe('2026-10-25T08:00:00.000Z');
  });
});
