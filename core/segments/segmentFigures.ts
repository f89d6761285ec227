import type { mongo } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { ChannelName } from '../message.ts';
import type { RuleShop } from './countRule.ts';
import { getEveryone } from './getEveryone.ts';
import { getSegment } from './getSegment.ts';
import type { Segment } from './segment.model.ts';
import { segmentMembers } from './segmentMembers.ts';
import { bestPeople, namesOf } from './sumPeople.ts';

/** A segment beside all customers. Sizes, money and products as of the last refresh; names and reach as of now. */
export interface SegmentDetails {
  readonly segment: Segment;
  /** everyone */
  readonly all: Segment;
  /** the five who spent most */
  readonly names: readonly string[];
  /** members with marketing consent, by channel; channels without any left out */
  readonly reach: readonly { readonly channel: ChannelName; readonly customers: number }[];
}

/** What there is to say about a segment (its key or id); `segment_not_found`. */
export async function segmentFigures(core: Core, shop: RuleShop, reference: string): Promise<SegmentDetails> {
  const { _id: shopId } = shop;
  const all = await getEveryone(core, shopId);
  const segment = await getSegment(core, shopId, reference);
  const members = { shopId, ...(await segmentMembers(core.db, shop, segment.key, core.clock.now())) };
  const [best, reach] = await Promise.all([
    bestPeople(core.db, members),
    Promise.all([...core.channels.keys()].map((channel) => reachBy(core, members, channel))),
  ]);
  return { segment, all, names: namesOf(best), reach: reach.filter(({ customers }) => customers > 0) };
}

async function reachBy(core: Core, members: mongo.Filter<Customer>, channel: ChannelName) {
  const reachable = { addresses: { $elemMatch: { channel, marketing: 'granted' as const } } };
  return { channel, customers: await core.db.customers.countDocuments({ ...members, ...reachable }) };
}
