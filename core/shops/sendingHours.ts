import { type AddressKey, type ChannelName, parseAddress } from '../message.ts';
import { type LocalTime, toLocalTime } from '../time.ts';
import { dayOf, holidayOn } from './holidays.ts';
import { placeOf } from './placeOf.ts';
import { QUIET_LAWS, type Window } from './quietLaws.ts';
import type { Shop } from './shop.model.ts';

/** The shop's rules of when marketing may leave. */
export type SendingRules = Pick<Shop, 'timeZone' | 'sendingHours'> &
  Partial<Pick<Shop, 'country' | 'channelHours' | 'holidays'>>;
/** Whom to: an address, or a channel where only that is known; nobody: the shop's own clock and hours. */
export type Whom = AddressKey | ChannelName | undefined;

/** Why marketing must wait now, by the recipient's clock; null: it may leave. */
export function whyWait(shop: SendingRules, at: Date, whom?: Whom): 'quiet_hours' | 'holiday' | null {
  const address = whom?.includes(':') ? (whom as AddressKey) : undefined;
  const channel = address ? parseAddress(address)?.channel : (whom as ChannelName | undefined);
  const { country, zones } = placeOf(shop, address);
  const law = QUIET_LAWS[country];
  const legal = law && channel && law.channels.includes(channel) ? law.hours : undefined;
  const own = (channel && shop.channelHours?.[channel]) ?? shop.sendingHours;
  for (const zone of zones) {
    const local = clockOf(at, zone);
    if (!isWithin(own, local) || (legal && !isWithin(legal, local))) return 'quiet_hours';
    if (holidayOn(shop, country, dayOf(local))) return 'holiday';
  }
  return null;
}

/** Whether marketing may leave at this moment. */
export function isSendingHour(shop: SendingRules, at: Date, whom?: Whom): boolean {
  return whyWait(shop, at, whom) === null;
}

const SUNDAY = 7;

/** `from` after `to` passes midnight; equal: all day. */
function isWithin(window: Window, { hour, weekday }: LocalTime): boolean {
  const { from, to } = (weekday === SUNDAY && window.sunday) || window;
  if (from === to) return true;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Plans ask for a hundred thousand people at one moment. */
const clocks = new Map<string, { time: number; local: LocalTime }>();

function clockOf(at: Date, zone: string): LocalTime {
  const time = at.getTime();
  const known = clocks.get(zone);
  if (known?.time === time) return known.local;
  const local = toLocalTime(at, zone);
  clocks.set(zone, { time, local });
  return local;
}

const QUARTER_MS = 15 * 60_000;
/** Longer than any row of holidays: hours that never meet end here. */
const LOOK_AHEAD_MS = 40 * 24 * 3600_000;

/** The first moment from `at` on when marketing may leave: `at` itself, or a quarter-hour (every zone's clock turns on one). */
export function nextSendingTime(shop: SendingRules, at: Date, whom?: Whom): Date {
  if (isSendingHour(shop, at, whom)) return at;
  let time = Math.ceil(at.getTime() / QUARTER_MS) * QUARTER_MS;
  const last = time + LOOK_AHEAD_MS;
  while (time < last && !isSendingHour(shop, new Date(time), whom)) time += QUARTER_MS;
  return new Date(time);
}
