import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { InteractionType } from '../interactions/interaction.model.ts';
import { listInteractions } from '../interactions/listInteractions.ts';
import { type ChannelName, parseAddress } from '../message.ts';
import { findProductNames } from '../products/findProductNames.ts';
import { type LeadReason, leadPoints } from '../segments/standing.ts';
import type { Customer } from './customer.model.ts';
import { getCustomer } from './getCustomer.ts';

/** A product a customer buys; `amount` is Σ of the lines bought, minor units. */
export interface FavouriteProduct {
  sku: string;
  name: string;
  amount: number;
}

/** One thing that passed between the shop and a customer; `received` and `sent` are messages. */
export interface Happening {
  kind: InteractionType | 'received' | 'sent';
  at: Date;
  text: string;
  channel?: ChannelName;
}

/** Everything a member wants to see of a customer at one glance. */
export interface CustomerCard {
  customer: Customer;
  /** minor units per order, rounded; null before the first order */
  averageOrder: number | null;
  /** at most 3, most spent first */
  favourites: FavouriteProduct[];
  /** at most 5, latest first */
  happenings: Happening[];
  /** what makes their lead score, as of now */
  leadPoints: readonly (readonly [LeadReason, number])[];
  /** the day that their predictions are as of; null: there are none */
  predictedAsOf: Date | null;
}

const FAVOURITES = 3;
const HAPPENINGS = 5;

/** A customer's card; `customer_not_found` otherwise. */
export async function getCustomerCard(
  core: Core,
  shopId: Types.ObjectId,
  customerId: string | Types.ObjectId,
): Promise<CustomerCard> {
  const customer = await getCustomer(core, shopId, customerId);
  const [favourites, happenings, all] = await Promise.all([
    favouriteProducts(core, shopId, customer._id),
    lastHappenings(core, shopId, customer._id),
    core.db.segments.findOne({ shopId, key: 'all' }, { projection: { forecast: 1 } }),
  ]);
  const { orderCount, totalSpent } = customer.figures;
  const averageOrder = orderCount ? Math.round(totalSpent / orderCount) : null;
  const predictedAsOf = customer.churnRisk ? (all?.forecast?.asOf ?? null) : null;
  return {
    customer,
    averageOrder,
    favourites,
    happenings,
    leadPoints: leadPoints(customer, core.clock.now()),
    predictedAsOf,
  };
}

async function favouriteProducts(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
): Promise<FavouriteProduct[]> {
  const top = await core.db.orders
    .aggregate<{ _id: string; amount: number }>([
      { $match: { shopId, customerId } },
      { $unwind: '$lines' },
      { $match: { 'lines.quantity': { $gt: 0 }, 'lines.unitPrice': { $gt: 0 } } },
      { $group: { _id: '$lines.sku', amount: { $sum: '$lines.amount' } } },
      { $sort: { amount: -1, _id: 1 } },
      { $limit: FAVOURITES },
    ])
    .toArray();
  const skus = top.map((row) => row._id);
  const names = await findProductNames(core, shopId, skus);
  return top.map(({ _id, amount }) => ({ sku: _id, name: names.get(_id) ?? _id, amount }));
}

async function lastHappenings(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<Happening[]> {
  const [interactions, received, sent] = await Promise.all([
    listInteractions(core, { shopId, customerId, limit: HAPPENINGS }),
    core.db.inbound.find({ shopId, customerId }).sort({ at: -1 }).limit(HAPPENINGS).toArray(),
    core.db.deliveries.find({ shopId, customerId }).sort({ createdAt: -1 }).limit(HAPPENINGS).toArray(),
  ]);
  const all: Happening[] = [
    ...interactions.map(({ type, at, text }) => ({ kind: type, at, text })),
    ...received.map((row) => ({
      kind: 'received' as const,
      at: row.at,
      text: row.text ?? row.choiceLabel ?? row.file?.name ?? '',
      ...channelOf(row.from),
    })),
    ...sent
      .filter((row) => row.sentAt)
      .map((row) => ({
        kind: 'sent' as const,
        at: row.sentAt ?? row.createdAt,
        text: row.message.text,
        ...channelOf(row.to),
      })),
  ];
  return all.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, HAPPENINGS);
}

function channelOf(address: string): { channel?: ChannelName } {
  const parsed = parseAddress(address);
  return parsed ? { channel: parsed.channel } : {};
}
