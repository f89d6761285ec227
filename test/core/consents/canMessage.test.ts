import { describe, expect, it } from 'vitest';
import { type CustomerAddress, canMessage, isSendingHour, nextSendingTime, type Topic } from '../../../core/index.ts';

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
