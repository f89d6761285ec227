import { toLocalTime } from '../time.ts';
import type { Shop } from './shop.model.ts';

type Hours = Pick<Shop, 'timeZone' | 'sendingHours'>;

/** Whether marketing may leave at this moment, by the shop's clock. `from` after `to` passes midnight; equal: all day. */
export function isSendingHour({ timeZone, sendingHours: { from, to } }: Hours, at: Date): boolean {
  const { hour } = toLocalTime(at, timeZone);
  if (from === to) return true;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

const QUARTER_MS = 15 * 60_000;

/** The first moment from `at` on when marketing may leave: `at` itself, or a quarter-hour (every zone's clock turns on one). */
export function nextSendingTime(shop: Hours, at: Date): Date {
  if (isSendingHour(shop, at)) return at;
  let time = Math.ceil(at.getTime() / QUARTER_MS) * QUARTER_MS;
  while (!isSendingHour(shop, new Date(time))) time += QUARTER_MS;
  return new Date(time);
}
