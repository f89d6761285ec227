import type { Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { type Delivery, RECEIVED_STATUSES } from '../deliveries/delivery.model.ts';
import type { Order } from '../orders/order.model.ts';
import type { CustomFields } from './fields.ts';
import type { CampaignMessage, CustomerFacts, RuleContext, Stay } from './rule/customerFacts.ts';
import { conditionOf, type Leaf, leavesOf, type Rule } from './rule.ts';
import { KEPT_KINDS, type Segment } from './segment.model.ts';

/** A kept segment by its id, for the names that rules know it by. */
type Kept = Pick<Segment, '_id' | 'kind' | 'label'>;

/** What some rules need to know of a few customers, and what products are called. */
export interface FactsOfCustomers {
  readonly facts: readonly (CustomerFacts & { customer: Customer })[];
  readonly products: RuleContext['products'];
  readonly kept: readonly Kept[];
}

/** Reads of a few customers what the rules ask about: a query for each kind of thing, by index. */
export async function readFacts(
  db: Database,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[],
  rules: readonly Rule[],
  custom: CustomFields,
): Promise<FactsOfCustomers> {
  const asked = new Set(rules.flatMap(leavesOf).map((leaf) => thingOf(leaf, custom)));
  const who = { shopId, customerId: { $in: [...customerIds] } };
  const [customers, orders, messages, interactions, kept] = await Promise.all([
    db.customers.find({ shopId, _id: { $in: [...customerIds] } }).toArray(),
    asked.has('orders') ? db.orders.find(who).toArray() : [],
    asked.has('messages') ? readMessages(db, who) : [],
    asked.has('interactions') ? db.interactions.find(who).toArray() : [],
    asked.has('segments')
      ? db.segments
          .find<Kept>(
            { shopId, kind: { $in: [...KEPT_KINDS] }, nameKey: { $exists: true } },
            { projection: { kind: 1, label: 1 } },
          )
          .toArray()
      : [],
  ]);
  const own = <T extends { customerId?: Types.ObjectId }>(rows: readonly T[], customer: Customer): T[] =>
    rows.filter(({ customerId }) => customerId?.equals(customer._id));
  return {
    facts: customers.map((customer) => ({
      customer,
      orders: own(orders, customer),
      messages: own(messages, customer),
      interactions: own(interactions, customer),
      ...staysOf(customer, kept),
    })),
    products: await readProducts(db, shopId, orders),
    kept,
  };
}

/** Where a customer is and was, by the names of the segments and lists. */
export function staysOf({ memberships = [] }: Customer, kept: readonly Kept[]): { stays: Stay[]; lists: string[] } {
  const named = memberships.flatMap(({ segmentId, enteredAt, leftAt }) => {
    const segment = kept.find(({ _id }) => _id.equals(segmentId));
    return segment ? [{ kind: segment.kind, segment: segment.label, enteredAt, ...(leftAt ? { leftAt } : {}) }] : [];
  });
  return {
    stays: named.filter(({ kind }) => kind === 'saved'),
    lists: named.filter(({ kind, leftAt }) => kind === 'list' && !leftAt).map(({ segment }) => segment),
  };
}

type Thing = 'orders' | 'messages' | 'interactions' | 'segments' | 'customer';

function thingOf(leaf: Leaf, custom: CustomFields): Thing {
  const { shape, spec } = conditionOf(leaf, custom);
  if (shape === 'purchase' || ('within' in leaf && shape === 'number')) return 'orders';
  if (shape === 'campaign') return 'messages';
  if (shape === 'interaction') return 'interactions';
  return spec.kind === 'segment' || spec.name === 'list' ? 'segments' : 'customer';
}

async function readMessages(
  db: Database,
  who: { shopId: Types.ObjectId; customerId: { $in: Types.ObjectId[] } },
): Promise<(CampaignMessage & { customerId?: Types.ObjectId })[]> {
  const rows = await db.deliveries.find({ ...who, campaignId: { $exists: true } }).toArray();
  const ids = rows.flatMap(({ campaignId }) => campaignId ?? []);
  const campaigns = await db.campaigns
    .find({ shopId: who.shopId, _id: { $in: ids } }, { projection: { name: 1 } })
    .toArray();
  return rows.map((row) => ({
    customerId: row.customerId,
    campaign: campaigns.find(({ _id }) => row.campaignId?.equals(_id))?.name ?? '',
    ...happened(row),
  }));
}

function happened({ status, sentAt, readAt, repliedAt }: Delivery): Partial<CampaignMessage> {
  return {
    ...(sentAt && RECEIVED_STATUSES.some((one) => one === status) ? { received: sentAt } : {}),
    ...(readAt ? { opened: readAt } : {}),
    ...(repliedAt ? { replied: repliedAt } : {}),
  };
}

async function readProducts(
  db: Database,
  shopId: Types.ObjectId,
  orders: readonly Order[],
): Promise<RuleContext['products']> {
  const skus = [...new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
  if (skus.length === 0) return new Map();
  const rows = await db.products.find({ shopId, sku: { $in: skus } }).toArray();
  return new Map(rows.map(({ sku, name, category }) => [sku, { name: name ?? '', ...(category ? { category } : {}) }]));
}
