import type { Refusal } from '../consents/canMessage.ts';
import { chooseAddress } from '../consents/chooseAddress.ts';
import type { Core } from '../core.ts';
import type { ConsentState, Customer } from '../customers/customer.model.ts';
import type { ChannelName } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Filter } from './compile/filters.ts';
import { countRule, findMeant } from './countRule.ts';
import { type CustomTypes, NO_CUSTOM } from './fields.ts';
import { PEOPLE_SUMS } from './peopleSums.ts';
import { withNeverBought } from './rule/withNeverBought.ts';
import type { Rule } from './rule.ts';

/** Sums over people; money in minor units. */
export interface PeopleFigures {
  readonly customers: number;
  /** those who have bought */
  readonly buyers: number;
  readonly revenue: number;
  readonly orders: number;
  /** Σ of the buyers' days since their last purchase, with fractions */
  readonly recencyDays: number;
}

/** How many may be sent marketing by a channel, and why the others not, most frequent first. */
export interface ChannelReach {
  readonly channel: ChannelName;
  readonly reachable: number;
  readonly leftOut: readonly { readonly reason: Refusal; readonly count: number }[];
}

/** Whom a rule means as of now, beside all customers. */
export interface RulePreview {
  readonly people: PeopleFigures;
  readonly all: PeopleFigures;
  /** the five who spent most */
  readonly names: readonly string[];
  readonly reach: readonly ChannelReach[];
  /** who is left out because a lapse condition has no last purchase to look at; null: there is none in the rule */
  readonly neverBought: number | null;
}

type Person = Pick<Customer, 'name' | 'externalId' | 'addresses' | 'figures'>;

const NAMES = 5;
const DAY_MS = 24 * 3600_000;

/** Everything there is to say about a rule before it is used. The weekly cap is not in it: it is asked when a campaign is planned. */
export async function previewRule(
  core: Core,
  shop: Shop,
  rule: Rule,
  custom: CustomTypes = NO_CUSTOM,
): Promise<RulePreview> {
  const now = core.clock.now();
  const wider = withNeverBought(rule);
  const [meant, everyone, widerCount] = await Promise.all([
    sumUp(core, await findMeant(core, shop, rule, custom), now),
    sumOf(core, { shopId: shop._id }, now),
    wider ? countRule(core, shop, wider, custom) : null,
  ]);
  const people = addUp(meant.groups);
  return {
    people,
    all: everyone,
    names: meant.best.map(({ name, externalId, addresses }) => name ?? externalId ?? addresses[0]?.value ?? '–'),
    reach: [...core.channels.keys()].map((channel) => reachBy(channel, shop, meant.groups, now)),
    neverBought: widerCount === null ? null : widerCount - people.customers,
  };
}

/** People alike in how they may be reached; their states stand in the order of their channels. */
interface Alike extends PeopleFigures {
  readonly _id: { blocked?: boolean | null; channels: ChannelName[]; states: ConsentState[] };
}

async function sumUp(core: Core, filters: Iterable<Filter>, now: Date): Promise<{ groups: Alike[]; best: Person[] }> {
  const groups: Alike[] = [];
  let best: Person[] = [];
  for (const filter of filters) {
    const [alike, spent] = await Promise.all([groupAlike(core, filter, now), bestOf(core, filter)]);
    groups.push(...alike);
    best = [...best, ...spent].sort((a, b) => b.figures.totalSpent - a.figures.totalSpent).slice(0, NAMES);
  }
  return { groups, best };
}

/** What is added up of people. */
function sumsAt(now: Date) {
  const days = { $divide: [{ $subtract: [now, '$figures.lastOrderAt'] }, DAY_MS] };
  return {
    customers: { $sum: 1 },
    ...PEOPLE_SUMS,
    recencyDays: { $sum: { $ifNull: [days, 0] } },
  };
}

async function sumOf({ db }: Core, filter: Filter, now: Date): Promise<PeopleFigures> {
  const [sums] = await db.customers
    .aggregate<PeopleFigures>([{ $match: filter }, { $group: { _id: null, ...sumsAt(now) } }, { $project: { _id: 0 } }])
    .toArray();
  return sums ?? { customers: 0, buyers: 0, revenue: 0, orders: 0, recencyDays: 0 };
}

/** One pass, and few groups come back: how people may be reached takes few forms. */
function groupAlike({ db }: Core, filter: Filter, now: Date): Promise<Alike[]> {
  return db.customers
    .aggregate<Alike>([
      { $match: filter },
      {
        $group: {
          _id: { blocked: '$blocked', channels: '$addresses.channel', states: '$addresses.marketing' },
          ...sumsAt(now),
        },
      },
    ])
    .toArray();
}

function bestOf({ db }: Core, filter: Filter): Promise<Person[]> {
  return db.customers
    .find<Person>(filter, { projection: { name: 1, externalId: 1, addresses: 1, figures: 1 } })
    .sort({ 'figures.totalSpent': -1 })
    .limit(NAMES)
    .toArray();
}

function addUp(groups: readonly Alike[]): PeopleFigures {
  const sum = (field: keyof PeopleFigures) => groups.reduce((total, group) => total + group[field], 0);
  return {
    customers: sum('customers'),
    buyers: sum('buyers'),
    revenue: sum('revenue'),
    orders: sum('orders'),
    recencyDays: sum('recencyDays'),
  };
}

function reachBy(channel: ChannelName, shop: Shop, groups: readonly Alike[], now: Date): ChannelReach {
  const leftOut = new Map<Refusal, number>();
  let reachable = 0;
  for (const { _id, customers } of groups) {
    const { refusal } = chooseAddress(customerLike(_id), channel, 'marketing', now, { shop, sentThisWeek: 0 });
    if (refusal) leftOut.set(refusal, (leftOut.get(refusal) ?? 0) + customers);
    else reachable += customers;
  }
  const reasons = [...leftOut].map(([reason, count]) => ({ reason, count }));
  return { channel, reachable, leftOut: reasons.sort((a, b) => b.count - a.count) };
}

/** Whoever has stopped has refused, too, so the states say it all. */
function customerLike({ blocked, channels, states }: Alike['_id']): Pick<Customer, 'addresses' | 'blocked'> {
  return {
    blocked: blocked === true,
    addresses: channels.map((channel, place) => ({
      key: `${channel}:${place}`,
      channel,
      value: '',
      marketing: states[place] ?? 'unknown',
      service: 'unknown',
    })),
  };
}
