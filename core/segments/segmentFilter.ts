import { type mongo, Types } from 'mongoose';
import { type Customer, GENDERS, type Gender } from '../customers/customer.model.ts';
import { KadeError } from '../errors.ts';
import { LANGUAGES } from '../message.ts';
import { membersOf } from './membership.ts';
import { VALUE_SEGMENTS } from './rfm.ts';

/** Bands of age in whole years, both ends in; the last has no end. */
export const AGE_BANDS: readonly (readonly [from: number, to: number])[] = [
  [0, 17],
  [18, 24],
  [25, 34],
  [35, 44],
  [45, 54],
  [55, 64],
  [65, Number.POSITIVE_INFINITY],
];

/** `25-34`; the last is `65+`. */
export function ageBandName([from, to]: readonly [number, number]): string {
  return Number.isFinite(to) ? `${from}-${to}` : `${from}+`;
}

/**
 * The customers of a segment, to be joined to `shopId` in a query: `all`, `value:champions`, `value:none`,
 * `preference:<slug>`, `demographic:<field>:<value>`, `saved:<id>`, `list:<id>`. What stands in a key is compared as text and is never an
 * operator. `now` decides ages. `segment_not_found` for anything else.
 */
export function segmentFilter(key: string, now: Date): mongo.Filter<Customer> {
  if (key === 'all') return {};
  const [kind, name = '', ...rest] = key.split(':');
  if (kind === 'value' && rest.length === 0) {
    // By the figures, not by the missing score: a purchase of this minute counts before the next refresh.
    if (name === 'none') return { 'figures.totalSpent': 0, 'figures.orderCount': 0 };
    if (VALUE_SEGMENTS.some((known) => known === name)) return { 'value.segment': name };
  }
  if (kind === 'preference' && name !== '' && rest.length === 0) return { preference: key };
  if ((kind === 'saved' || kind === 'list') && /^[0-9a-f]{24}$/.test(name) && rest.length === 0)
    return membersOf(new Types.ObjectId(name));
  if (kind === 'demographic') return demographicFilter(key, name, rest.join(':'), now);
  throw new KadeError('segment_not_found', { name: key.slice(0, 60) });
}

function demographicFilter(key: string, field: string, value: string, now: Date): mongo.Filter<Customer> {
  const gender = GENDERS.find((known) => known === value);
  const language = LANGUAGES.find((known) => known === value);
  const band = AGE_BANDS.find((known) => ageBandName(known) === value);
  if (field === 'city' && value !== '') return { city: value };
  if (field === 'gender' && gender) return { gender: gender satisfies Gender };
  if (field === 'language' && language) return { language };
  if (field === 'age' && band) return { birthday: birthdaysOf(band, now) };
  throw new KadeError('segment_not_found', { name: key.slice(0, 60) });
}

/** The birthdays of a band of age. Birthdays are midnights in UTC; who was born on 29 February grows older on 1 March. */
export function birthdaysOf([from, to]: readonly [number, number], now: Date): { $gt?: Date; $lte: Date } {
  const youngest = yearsBefore(now, from);
  return Number.isFinite(to) ? { $gt: yearsBefore(now, to + 1), $lte: youngest } : { $lte: youngest };
}

function yearsBefore(now: Date, years: number): Date {
  const [year, month] = [now.getUTCFullYear() - years, now.getUTCMonth()];
  // On 29 February, other years end it a day earlier.
  return new Date(Math.min(Date.UTC(year, month, now.getUTCDate()), Date.UTC(year, month + 1, 0)));
}
