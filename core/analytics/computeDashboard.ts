import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { InteractionType } from '../interactions/interaction.model.ts';
import { findProductNames } from '../products/findProductNames.ts';
import type { Shop } from '../shops/shop.model.ts';
import { type CustomerTypes, countCustomerTypes } from './countCustomerTypes.ts';
import { countInteractions } from './countInteractions.ts';
import { type Period, type TrendUnit, trendEdges, trendUnit } from './trendEdges.ts';

/** The sums of a period; money in minor units. */
export interface Totals {
  /** Σ amount of all orders, returns taken off */
  revenue: number;
  /** Σ of what was bought, before returns: what customers spent */
  spent: number;
  /** orders in which something was bought */
  orders: number;
  /** customers who bought */
  activeCustomers: number;
  /** `spent` an order, rounded; null without orders */
  averageOrder: number | null;
}

/** A customer's part in a period: what they spent before returns, as on their card, in minor units. */
export interface TopCustomer {
  customerId: Types.ObjectId;
  name?: string;
  externalId?: string;
  spent: number;
  orders: number;
}

/** A product's part in a period, returns taken off, minor units. */
export interface TopProduct {
  sku: string;
  name: string;
  revenue: number;
  quantity: number;
}

/** The shop in a period and, in `before`, in the equally long one before it. */
export interface Dashboard extends Period {
  totals: Totals;
  before: Totals;
  customerTypes: CustomerTypes;
  trendUnit: TrendUnit;
  /** one for each step, empty ones too */
  trend: { from: Date; revenue: number; orders: number }[];
  /** at most 10, most spent first */
  topCustomers: TopCustomer[];
  /** most frequent first */
  interactionTypes: { type: InteractionType; count: number }[];
  /** at most 10, most revenue first */
  topProducts: TopProduct[];
  /** of all time; null before the first order */
  lastOrderAt: Date | null;
}

const TOP = 10;

/** Computes a period's dashboard from indexed ranges of orders and interactions, days beginning in the shop's time zone. */
export async function computeDashboard(core: Core, query: Period & { shop: Shop }): Promise<Dashboard> {
  const { shop, from, to } = query;
  const period = { from, to };
  const earlier = { from: new Date(2 * from.getTime() - to.getTime()), to: from };
  const shopId = shop._id;
  const [buyers, buyersBefore, trend, interactionTypes, topProducts, lastOrderAt] = await Promise.all([
    listBuyers(core, shopId, period),
    listBuyers(core, shopId, earlier),
    revenueTrend(core, shop, period),
    countInteractions(core, shopId, period),
    findTopProducts(core, shopId, period),
    findLastOrderAt(core, shopId),
  ]);
  return {
    ...period,
    totals: sumUp(buyers),
    before: sumUp(buyersBefore),
    customerTypes: await countCustomerTypes(core, shopId, period, activeIds(buyers), activeIds(buyersBefore)),
    trendUnit: trendUnit(period),
    trend,
    topCustomers: await nameTopCustomers(core, shopId, buyers),
    interactionTypes,
    topProducts,
    lastOrderAt,
  };
}

/** When the shop's latest order was, of all time. */
export async function findLastOrderAt(core: Core, shopId: Types.ObjectId): Promise<Date | null> {
  const last = await core.db.orders.findOne({ shopId }, { sort: { at: -1 }, projection: { at: 1 } });
  return last?.at ?? null;
}

/** What one customer (null: sales without one) brought in a period. */
interface Buyer {
  _id: Types.ObjectId | null;
  revenue: number;
  spent: number;
  orders: number;
}

function listBuyers(core: Core, shopId: Types.ObjectId, { from, to }: Period): Promise<Buyer[]> {
  return core.db.orders
    .aggregate<Buyer>([
      { $match: { shopId, at: { $gte: from, $lt: to } } },
      {
        $group: {
          _id: '$customerId',
          revenue: { $sum: '$amount' },
          spent: { $sum: '$purchased' },
          orders: { $sum: { $cond: [{ $gt: ['$purchased', 0] }, 1, 0] } },
        },
      },
    ])
    .toArray();
}

function sumUp(buyers: readonly Buyer[]): Totals {
  const sum = (read: (buyer: Buyer) => number) => buyers.reduce((total, buyer) => total + read(buyer), 0);
  const spent = sum((buyer) => buyer.spent);
  const orders = sum((buyer) => buyer.orders);
  return {
    revenue: sum((buyer) => buyer.revenue),
    spent,
    orders,
    activeCustomers: activeIds(buyers).size,
    averageOrder: orders ? Math.round(spent / orders) : null,
  };
}

function activeIds(buyers: readonly Buyer[]): Set<string> {
  return new Set(buyers.flatMap((buyer) => (buyer._id && buyer.orders > 0 ? [buyer._id.toHexString()] : [])));
}

async function nameTopCustomers(core: Core, shopId: Types.ObjectId, buyers: readonly Buyer[]): Promise<TopCustomer[]> {
  const top = buyers
    .flatMap((buyer) => (buyer._id && buyer.spent > 0 ? [{ ...buyer, _id: buyer._id }] : []))
    .sort((a, b) => b.spent - a.spent || a._id.toHexString().localeCompare(b._id.toHexString()))
    .slice(0, TOP);
  const people = await core.db.customers
    .find({ shopId, _id: { $in: top.map((buyer) => buyer._id) } }, { projection: { name: 1, externalId: 1 } })
    .toArray();
  const known = new Map(people.map((person) => [person._id.toHexString(), person]));
  return top.map(({ _id, spent, orders }) => {
    const { name, externalId } = known.get(_id.toHexString()) ?? {};
    return { customerId: _id, ...(name ? { name } : {}), ...(externalId ? { externalId } : {}), spent, orders };
  });
}

async function revenueTrend(core: Core, shop: Shop, period: Period): Promise<Dashboard['trend']> {
  const edges = trendEdges(period, shop.timeZone);
  const rows = await core.db.orders
    .aggregate<{ _id: Date; revenue: number; orders: number }>([
      { $match: { shopId: shop._id, at: { $gte: period.from, $lt: period.to } } },
      {
        $bucket: {
          groupBy: '$at',
          boundaries: edges,
          output: {
            revenue: { $sum: '$amount' },
            orders: { $sum: { $cond: [{ $gt: ['$purchased', 0] }, 1, 0] } },
          },
        },
      },
    ])
    .toArray();
  const found = new Map(rows.map((row) => [row._id.getTime(), row]));
  return edges.slice(0, -1).map((from) => {
    const { revenue = 0, orders = 0 } = found.get(from.getTime()) ?? {};
    return { from, revenue, orders };
  });
}

async function findTopProducts(core: Core, shopId: Types.ObjectId, { from, to }: Period): Promise<TopProduct[]> {
  const top = await core.db.orders
    .aggregate<{ _id: string; revenue: number; quantity: number }>([
      { $match: { shopId, at: { $gte: from, $lt: to } } },
      { $unwind: '$lines' },
      {
        $group: { _id: '$lines.sku', revenue: { $sum: '$lines.amount' }, quantity: { $sum: '$lines.quantity' } },
      },
      { $match: { revenue: { $gt: 0 } } },
      { $sort: { revenue: -1, _id: 1 } },
      { $limit: TOP },
    ])
    .toArray();
  const names = await findProductNames(
    core,
    shopId,
    top.map((row) => row._id),
  );
  return top.map(({ _id, revenue, quantity }) => ({ sku: _id, name: names.get(_id) ?? _id, revenue, quantity }));
}
