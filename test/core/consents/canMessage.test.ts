import { describe, expect, it } from 'vitest';
import {
  type AddressKey,
  type CustomerAddress,
  canMessage,
  isSendingHour,
  listHolidays,
  nextSendingTime,
  type Shop,
  type Topic,
  whyWait,
} from '../../../core/index.ts';

const KEY = 'sms:+94771234567';
const NOON = new Date('2026-11-21T06:30:00Z');
const shop = { timeZone: 'Asia/Colombo', sendingHours: { from: 9, to: 19 }, weeklyCap: 3 };

function person(fields: Partial<CustomerAddress> = {}, blocked = false) {
  const address: CustomerAddress = {
    key: KEY,
    channel: 'sms',
    value: '+94771234567',
    marketing: 'granted',
    service: 'unknown',
    ...fields,
  };
  return { addresses: [address], blocked };
}

describe('the gate', () => {
  it.each<[string, ReturnType<typeof person> | null, Topic, { at?: string; sent?: number }, string]>([
    ['a customer who agreed', person(), 'marketing', {}, 'ok'],
    ['someone erased', null, 'service', {}, 'erased'],
    ['someone blocked', person({}, true), 'service', {}, 'blocked'],
    ['someone without that address', { addresses: [], blocked: false }, 'marketing', {}, 'no_address'],
    ['someone who was never asked', person({ marketing: 'unknown' }), 'marketing', {}, 'no_consent'],
    ['someone who refused', person({ marketing: 'denied' }), 'marketing', {}, 'opted_out'],
    ['someone stopped, whatever else is written', person({ stopped: true }), 'marketing', {}, 'opted_out'],
    ['a personal answer to someone stopped', person({ marketing: 'denied', stopped: true }), 'service', {}, 'ok'],
    ['a personal answer to someone who wants none', person({ service: 'denied' }), 'service', {}, 'opted_out'],
    ['a fourth offer in a week', person(), 'marketing', { sent: 3 }, 'weekly_cap'],
    ['a third offer in a week', person(), 'marketing', { sent: 2 }, 'ok'],
    ['a personal answer after many offers', person(), 'service', { sent: 9 }, 'ok'],
    ['an offer at 8:59', person(), 'marketing', { at: '2026-11-21T03:29:59Z' }, 'quiet_hours'],
    ['an offer at 9:00', person(), 'marketing', { at: '2026-11-21T03:30:00Z' }, 'ok'],
    ['an offer at 19:00', person(), 'marketing', { at: '2026-11-21T13:30:00Z' }, 'quiet_hours'],
    ['a personal answer at night', person(), 'service', { at: '2026-11-21T20:00:00Z' }, 'ok'],
    [
      'a refusal at night is a refusal',
      person({ stopped: true }),
      'marketing',
      { at: '2026-11-21T20:00:00Z' },
      'opted_out',
    ],
  ])('%s', (_, customer, topic, { at, sent = 0 }, expected) => {
    const answer = canMessage(customer, KEY, topic, at ? new Date(at) : NOON, { shop, sentThisWeek: sent });
    expect(answer.ok ? 'ok' : answer.reason).toBe(expected);
  });
});

describe('the clock and calendar of the recipient', () => {
  const home = { ...shop, country: 'LK', channelHours: { email: { from: 6, to: 22 } }, channelCaps: { sms: 1 } };
  const at = (address: AddressKey, time: string, rules: Partial<Shop> = {}) =>
    whyWait({ ...home, ...rules }, new Date(time), address) ?? 'ok';

  it.each<[string, AddressKey, string, string]>([
    ['a number of the shop’s country at 9:00 there', 'sms:+94771234567', '2026-11-21T03:30:00Z', 'ok'],
    ['a German number at 9:00 in Colombo, in the night', 'sms:+491701234567', '2026-11-21T03:30:00Z', 'quiet_hours'],
    ['a German number at 9:00 in Berlin', 'whatsapp:+491701234567', '2026-11-21T08:00:00Z', 'ok'],
    ['an American number at 18:00 in New York', 'sms:+12125550100', '2026-11-20T23:00:00Z', 'quiet_hours'],
    ['an American number at 12:30 in New York, 9:30 in Los Angeles', 'sms:+12125550100', '2026-11-20T17:30:00Z', 'ok'],
    ['an American number at 8:30 in Los Angeles', 'sms:+12125550100', '2026-11-20T16:30:00Z', 'quiet_hours'],
    [
      'an American number on a Sunday at 11:30 in Los Angeles',
      'sms:+12125550100',
      '2026-11-22T19:30:00Z',
      'quiet_hours',
    ],
    ['an email at 21:00, by that channel’s hours', 'email:a@b.lk', '2026-11-21T15:30:00Z', 'ok'],
    ['a Telegram at 21:00', 'telegram:5', '2026-11-21T15:30:00Z', 'quiet_hours'],
    ['on a Poya day', 'sms:+94771234567', '2026-11-24T06:30:00Z', 'holiday'],
    ['on a Poya day, to Germany', 'sms:+491701234567', '2026-11-24T09:30:00Z', 'ok'],
    ['the evening before, by UTC', 'sms:+94771234567', '2026-11-23T13:29:00Z', 'ok'],
  ])('%s', (_, address, time, expected) => {
    expect(at(address, time)).toBe(expected);
  });

  it('keeps the owner’s days beside the country’s, and not those that the owner took away', () => {
    const holidays = { added: [{ date: '2026-11-23', name: 'Stocktaking' }], removed: ['2026-11-24'] };
    expect(at('sms:+94771234567', '2026-11-23T06:30:00Z', { holidays })).toBe('holiday');
    expect(at('sms:+94771234567', '2026-11-24T06:30:00Z', { holidays })).toBe('ok');
    expect(listHolidays({ country: 'LK', holidays }, '2026-11-21', 2).map(({ date }) => date)).toEqual([
      '2026-11-23',
      '2026-12-23',
    ]);
    const opens = nextSendingTime({ ...home, holidays }, new Date('2026-11-23T06:30:00Z'), 'sms:+94771234567');
    expect(opens.toISOString()).toBe('2026-11-24T03:30:00.000Z');
    expect(nextSendingTime({ ...home, sendingHours: { from: 1, to: 2 } }, NOON, 'sms:+12125550100') > NOON).toBe(true);
  });

  it('caps one channel, and all together', () => {
    const ask = (sentThisWeek: number, sms: number) => {
      const answer = canMessage(person(), KEY, 'marketing', NOON, { shop: home, sentThisWeek, sentByChannel: { sms } });
      return answer.ok ? 'ok' : answer.reason;
    };
    expect([ask(2, 0), ask(2, 1), ask(3, 0)]).toEqual(['ok', 'channel_cap', 'weekly_cap']);
  });

  it('has a Poya day for every full moon of four years, none more than a day from it', () => {
    const SYNODIC = 29.530588861;
    const days = listHolidays({ country: 'LK' }, '2025-01-01', 200)
      .filter(({ key }) => key === 'poya' || key === 'vesak')
      .map(({ date }) => Date.parse(`${date}T12:00:00Z`) / 86_400_000);
    // Mean full moons (Meeus 49.1); the true one lies within 0.7 days of them.
    const first = Date.parse('2025-01-14T00:00:00Z') / 86_400_000;
    for (let moon = 0; moon < 49; moon++) {
      const full = first + moon * SYNODIC;
      expect(days.some((day) => Math.abs(day - full) < 2)).toBe(true);
    }
    expect(days.every((day) => Math.abs(((day - first + SYNODIC / 2) % SYNODIC) - SYNODIC / 2) < 2.6)).toBe(true);
  });
});

describe('sending hours', () => {
  it.each<[string, string, number, number, string, string]>([
    ['now, inside them', 'Asia/Colombo', 9, 19, '2026-11-21T06:30:07Z', '2026-11-21T06:30:07Z'],
    ['the same morning', 'Asia/Colombo', 9, 19, '2026-11-21T00:10:00Z', '2026-11-21T03:30:00Z'],
    ['the next morning', 'Asia/Colombo', 9, 19, '2026-11-21T13:31:00Z', '2026-11-22T03:30:00Z'],
    ['past midnight', 'UTC', 20, 6, '2026-11-21T12:00:00Z', '2026-11-21T20:00:00Z'],
    ['always', 'UTC', 0, 0, '2026-11-21T12:00:00Z', '2026-11-21T12:00:00Z'],
    ['over the hour that spring skips', 'Europe/Berlin', 2, 19, '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z'],
    ['a zone of 45 minutes', 'Asia/Kathmandu', 9, 19, '2026-11-21T00:00:00Z', '2026-11-21T03:15:00Z'],
  ])('begin %s', (_, timeZone, from, to, at, expected) => {
    const hours = { timeZone, sendingHours: { from, to } };
    const next = nextSendingTime(hours, new Date(at));
    expect(next.toISOString()).toBe(new Date(expected).toISOString());
    expect(isSendingHour(hours, next)).toBe(true);
  });
});
