import { TOPICS } from '../../customers/customer.model.ts';
import { CHANNELS } from '../../message.ts';
import { localDay, startOfLocalDay } from '../../time.ts';
import { birthdaysOf } from '../ageBands.ts';
import { consentField, type FieldSpec } from '../fields.ts';
import { type AnniversaryRange, type Moment, resolveAnniversaries, resolveDates } from '../rule/resolvePeriod.ts';
import type { DateLeaf, NumberLeaf, PresenceLeaf } from '../rule.ts';
import { averageIs } from './averageIs.ts';
import { allOf, anyOf, between, compareNumber, type Filter, NOBODY, noneOf, outside } from './filters.ts';

const DAY_MS = 24 * 3600_000;
/** Nobody is born later than in so many years. */
const YOUNGEST = -200;
/** No date is read as an earlier one (core/imports/cells/readDate.ts). */
const FIRST_YEAR = 1900;

/** Where a customer keeps a field that is not under its own name. */
const PATHS: Readonly<Record<string, string>> = {
  total_spent: 'figures.totalSpent',
  order_count: 'figures.orderCount',
  recency_days: 'figures.lastOrderAt',
  first_purchase_at: 'figures.firstOrderAt',
  first_purchase_anniversary: 'figures.firstOrderAt',
  last_purchase_at: 'figures.lastOrderAt',
  created_at: 'createdAt',
  created_anniversary: 'createdAt',
  last_contact_at: 'lastContactAt',
  age: 'birthday',
  tag: 'tags',
  customer_type: 'customerType',
  lifecycle_stage: 'lifecycleStage',
  churn_risk: 'churnRisk',
  churn_probability: 'churnProbability',
  predicted_value: 'predictedValue',
  lead_score: 'leadScore',
};

export function pathOf(field: string): string {
  return PATHS[field] ?? field;
}

/** A figure that is kept on the customer, not counted in a period. */
export function numberFilter(leaf: NumberLeaf, moment: Moment): Filter {
  const today = localDay(moment.now, moment.timeZone);
  switch (leaf.field) {
    case 'avg_order_value':
      return averageIs('$figures.totalSpent', '$figures.orderCount', leaf);
    case 'age':
      return anyOf(rangesOf(leaf).map((ages) => agesFilter(ages, moment)));
    case 'recency_days':
      return anyOf(
        rangesOf(leaf).map(([low, high]) =>
          between('figures.lastOrderAt', {
            ...(Number.isFinite(high) ? { from: startOfLocalDay(today - high, moment.timeZone) } : {}),
            ...(Number.isFinite(low) ? { to: startOfLocalDay(today - low + 1, moment.timeZone) } : {}),
          }),
        ),
      );
    default:
      return compareNumber(pathOf(leaf.field), leaf);
  }
}

/** Who is from `low` to `high` years old, both in, on the shop's day. */
export function agesFilter([low, high]: readonly [number, number], { now, timeZone }: Moment): Filter {
  return { birthday: birthdaysOf([Math.max(low, YOUNGEST), high], now, timeZone) };
}

/** The whole numbers that are as asked, both ends in. */
function rangesOf({ op, value }: NumberLeaf): [number, number][] {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  switch (op) {
    case 'eq':
    case 'between':
      return [[low, high]];
    case 'neq':
      return [
        [least, low - 1],
        [low + 1, most],
      ];
    case 'gt':
      return [[low + 1, most]];
    case 'gte':
      return [[low, most]];
    case 'lt':
      return [[least, low - 1]];
    default:
      return [[least, low]];
  }
}

export function dateFilter(leaf: DateLeaf, { kind }: FieldSpec, moment: Moment): Filter {
  const path = pathOf(leaf.field);
  if (kind !== 'anniversary') {
    const interval = resolveDates(leaf, moment);
    return leaf.op === 'not_in' ? outside(path, interval) : between(path, interval);
  }
  // Birthdays are kept as midnights in UTC.
  const startOf = (time: number): Date =>
    leaf.field === 'birthday' ? new Date(time) : startOfLocalDay(time / DAY_MS, moment.timeZone);
  const meant = anyOf(resolveAnniversaries(leaf, moment).flatMap((range) => anniversaryFilters(path, range, startOf)));
  return leaf.op === 'not_in' ? allOf([{ [path]: { $type: 'date' } }, noneOf(meant)]) : meant;
}

/** The same days of every year before: so many ranges of an index, where reckoning month and day would read everyone. */
function anniversaryFilters(
  path: string,
  { year, from, to }: AnniversaryRange,
  startOf: (time: number) => Date,
): Filter[] {
  if (from <= 101 && to >= 1231) return [between(path, { to: startOf(Date.UTC(year, 0, 1)) })];
  const [month, lastMonth] = [Math.floor(from / 100) - 1, Math.floor(to / 100) - 1];
  return Array.from({ length: year - FIRST_YEAR }, (_, ago) => {
    const one = year - 1 - ago;
    // 29 February begins 1 March in other years, and ends with February.
    const end = Math.min(Date.UTC(one, lastMonth, (to % 100) + 1), Date.UTC(one, lastMonth + 1, 1));
    return between(path, { from: startOf(Date.UTC(one, month, from % 100)), to: startOf(end) });
  });
}

/** Whether a customer has anything for a field. */
export function presenceFilter({ field, op }: PresenceLeaf, { kind, many }: FieldSpec): Filter {
  const known = knownFilter(field, kind, many);
  return op === 'exists' ? known : noneOf(known);
}

function knownFilter(field: string, kind: FieldSpec['kind'], many: boolean): Filter {
  if (field === 'email') return { 'addresses.channel': 'email' };
  if (field === 'phone') return { 'addresses.channel': { $in: ['sms', 'whatsapp'] } };
  if (field === 'reachable') return reachableFilter(CHANNELS);
  const path = pathOf(field);
  if (many) return { [`${path}.0`]: { $exists: true } };
  if (field === 'age' || field === 'recency_days' || kind === 'date' || kind === 'anniversary')
    return { [path]: { $type: 'date' } };
  return { [path]: kind === 'number' || kind === 'money' ? { $type: 'number' } : { $type: 'string', $ne: '' } };
}

/** Who may be sent marketing by one of the channels, as far as they themselves have said. */
export function reachableFilter(channels: readonly string[]): Filter {
  const reachable = { channel: { $in: [...channels] }, marketing: 'granted', stopped: { $ne: true } };
  return { blocked: { $ne: true }, addresses: { $elemMatch: reachable } } as Filter;
}

/** Granted where one address of the channel is, else denied where one is, else unknown. */
export function consentFilter(field: string, states: readonly string[]): Filter {
  const [channel, topic] =
    CHANNELS.flatMap((one) => TOPICS.map((about) => [one, about] as const)).find(
      ([one, about]) => consentField(one, about) === field,
    ) ?? [];
  if (!channel || !topic) return NOBODY;
  const has = (state: string): Filter => ({ addresses: { $elemMatch: { channel, [topic]: state } } }) as Filter;
  const [granted, denied] = [has('granted'), has('denied')];
  return anyOf(
    [...new Set(states)].map((state) => {
      if (state === 'granted') return granted;
      return state === 'denied' ? allOf([denied, noneOf(granted)]) : noneOf(anyOf([granted, denied]));
    }),
  );
}

/** By the value segment of whoever has bought; `none` are the others. */
export function valueFilter(names: readonly string[]): Filter {
  const segments = names.filter((name) => name !== 'none');
  const bought: Filter = { 'value.segment': { $in: segments }, 'figures.orderCount': { $gt: 0 } };
  const none: Filter = { 'figures.totalSpent': 0, 'figures.orderCount': 0 };
  return anyOf([segments.length > 0 ? bought : NOBODY, names.includes('none') ? none : NOBODY]);
}
