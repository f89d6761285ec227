import type { Refusal } from '../consents/canMessage.ts';
import { chooseAddress } from '../consents/chooseAddress.ts';
import type { Core } from '../core.ts';
import type { ConsentState, Customer } from '../customers/customer.model.ts';
import type { ChannelName } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Filter } from './compile/filters.ts';
import { countRule, findMeant } from './countRule.ts';
import { withNeverBought } from './rule/withNeverBought.ts';
import type { Rule } from './rule.ts';
import {
  addUp,
  type BestPerson,
  bestOf,
  bestPeople,
  namesOf,
  type PeopleFigures,
  sumPeople,
  sumsAt,
} from './sumPeople.ts';

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

/** Everything there is to say about a rule before it is used. The weekly cap is not in it: it is asked when a campaign is planned. */
export async function previewRule(core: Core, shop: Shop, rule: Rule): Promise<RulePreview> {
  const now = core.clock.now();
  const wider = withNeverBought(rule);
  const [meant, everyone, widerCount] = await Promise.all([
    sumUp(core, await findMeant(core, shop, rule), now),
    sumPeople(core.db, { shopId: shop._id }, now),
    wider ? countRule(core, shop, wider) : null,
  ]);
  const people = addUp(meant.groups);
  return {
    people,
    all: everyone,
    names: namesOf(meant.best),
    reach: [...core.channels.keys()].map((channel) => reachBy(channel, shop, meant.groups, now)),
    neverBought: widerCount === null ? null : widerCount - people.customers,
  };
}

/** People alike in how they may be reached; their states stand in the order of their channels. */
interface Alike extends PeopleFigures {
  readonly _id: { blocked?: boolean | null; channels: ChannelName[]; states: ConsentState[] };
}

async function sumUp(
  core: Core,
  filters: Iterable<Filter>,
  now: Date,
): Promise<{ groups: Alike[]; best: BestPerson[] }> {
  const groups: Alike[] = [];
  let best: BestPerson[] = [];
  for (const filter of filters) {
    const [alike, spent] = await Promise.all([groupAlike(core, filter, now), bestPeople(core.db, filter)]);
    groups.push(...alike);
    best = bestOf([...best, ...spent]);
  }
  return { groups, best };
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
