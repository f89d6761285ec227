import type { mongo, Types } from 'mongoose';
import type { Database } from '../../db/database.ts';
import { type Delivery, RECEIVED_STATUSES } from '../../deliveries/delivery.model.ts';
import type { Interaction } from '../../interactions/interaction.model.ts';
import type { Order } from '../../orders/order.model.ts';
import { type Membership, membersWhere } from '../membership.ts';
import type { RelativePeriod } from '../periods.ts';
import { type Interval, type Moment, resolvePeriod } from '../rule/resolvePeriod.ts';
import type { CampaignLeaf, InteractionLeaf, NumberLeaf, PurchaseLeaf, StayLeaf } from '../rule.ts';
import { averageIs } from './averageIs.ts';
import { between, compareNumber, type Filter } from './filters.ts';
import { collectIds, type IdSet } from './idSets.ts';
import type { Spellings } from './spellings.ts';

/** Where conditions about what happened are looked up. */
export interface Shelf {
  readonly db: Database;
  readonly shopId: Types.ObjectId;
  readonly moment: Moment;
  readonly spellings: Spellings;
}

type Stages = mongo.Document[];

/** Who has bought it so: one pass over the orders of the period, or all. */
export async function buyers(shelf: Shelf, leaf: PurchaseLeaf): Promise<IdSet> {
  const { db, shopId } = shelf;
  const skus = await shelf.spellings.skus(leaf.field, leaf.value);
  if (skus.length === 0) return [];
  const bought = { quantity: { $gt: 0 }, unitPrice: { $gt: 0 } };
  const orders: mongo.Filter<Order> = {
    shopId,
    ...between<Order>('at', intervalOf(shelf, leaf.within)),
    lines: { $elemMatch: { sku: { $in: skus }, ...bought } },
  };
  const { times, spend } = leaf;
  const sums: Stages = spend
    ? [
        { $unwind: '$lines' },
        {
          $match: {
            'lines.sku': { $in: skus },
            'lines.quantity': bought.quantity,
            'lines.unitPrice': bought.unitPrice,
          },
        },
        { $group: { _id: '$_id', customerId: { $first: '$customerId' }, spend: { $sum: '$lines.amount' } } },
        { $group: { _id: '$customerId', times: { $sum: 1 }, spend: { $sum: '$spend' } } },
        { $match: compareNumber('spend', spend) },
      ]
    : [{ $group: { _id: '$customerId', times: { $sum: 1 } } }];
  return collectIds(
    db.orders.aggregate<Group>([
      { $match: orders },
      ...sums,
      ...(times ? [{ $match: compareNumber('times', times) }] : []),
    ]),
  );
}

interface Group {
  _id: Types.ObjectId | null;
}

/**
 * Whose purchases in the period make the figure as asked. Who bought nothing in it has spent 0 in 0 orders: where that
 * is as asked, the answer is `except` these.
 */
export async function spenders(
  shelf: Shelf,
  leaf: NumberLeaf,
  period: RelativePeriod,
): Promise<{ ids: IdSet; except: boolean }> {
  const { db, shopId } = shelf;
  const orders: mongo.Filter<Order> = {
    shopId,
    ...between<Order>('at', intervalOf(shelf, period)),
    purchased: { $gt: 0 },
  };
  const isAsked =
    leaf.field === 'avg_order_value'
      ? averageIs('$spent', '$times', leaf)
      : compareNumber(leaf.field === 'total_spent' ? 'spent' : 'times', leaf);
  const except = leaf.field !== 'avg_order_value' && holdsForNothing(leaf);
  const ids = await collectIds(
    db.orders.aggregate<Group>([
      { $match: orders },
      { $group: { _id: '$customerId', times: { $sum: 1 }, spent: { $sum: '$purchased' } } },
      { $match: except ? { $nor: [isAsked] } : isAsked },
    ]),
  );
  return { ids, except };
}

function holdsForNothing({ op, value }: NumberLeaf): boolean {
  const [low, high] = typeof value === 'number' ? [value, value] : value;
  switch (op) {
    case 'eq':
    case 'between':
      return low <= 0 && high >= 0;
    case 'neq':
      return low !== 0;
    case 'gt':
      return low < 0;
    case 'gte':
      return low <= 0;
    case 'lt':
      return low > 0;
    default:
      return low >= 0;
  }
}

/** To whom the event of a campaign has happened, told by its deliveries; clicks and orders from them are not known yet. */
export async function reachedBy(shelf: Shelf, leaf: CampaignLeaf): Promise<IdSet> {
  const { db, shopId } = shelf;
  const interval = intervalOf(shelf, leaf.within);
  const happened = eventFilter(leaf.op.replace('not_', ''), interval);
  if (!happened) return [];
  const campaignId =
    leaf.value === undefined ? { $exists: true } : { $in: await shelf.spellings.campaigns(leaf.value) };
  return collectIds(
    db.deliveries.aggregate<Group>([
      { $match: { shopId, campaignId, ...happened } },
      { $group: { _id: '$customerId' } },
    ]),
  );
}

function eventFilter(event: string, interval: Interval): mongo.Filter<Delivery> | null {
  const at = (field: string): mongo.Filter<Delivery> => ({
    [field]: {
      $type: 'date',
      ...(interval.from ? { $gte: interval.from } : {}),
      ...(interval.to ? { $lt: interval.to } : {}),
    },
  });
  if (event === 'received') return { status: { $in: [...RECEIVED_STATUSES] }, ...at('sentAt') };
  if (event === 'opened') return at('readAt');
  return event === 'replied' ? at('repliedAt') : null;
}

export async function contacted(shelf: Shelf, leaf: InteractionLeaf): Promise<IdSet> {
  const { db, shopId } = shelf;
  const matched: mongo.Filter<Interaction> = {
    shopId,
    ...between<Interaction>('at', intervalOf(shelf, leaf.within)),
    ...(leaf.value === undefined ? {} : { type: leaf.value as Interaction['type'] }),
  };
  return collectIds(
    db.interactions.aggregate<Group>([
      { $match: matched },
      { $group: { _id: '$customerId', times: { $sum: 1 } } },
      ...(leaf.times ? [{ $match: compareNumber('times', leaf.times) }] : []),
    ]),
  );
}

/** Who is now in one of the saved segments, or on one of the static lists, with these names. */
export async function membersOf(shelf: Shelf, kind: 'saved' | 'list', names: readonly string[]): Promise<Filter> {
  return membersWhere(await shelf.spellings.segments(kind, names), { leftAt: null });
}

/** Who has come into the saved segment, left it or stayed in it as asked. */
export async function stayed(shelf: Shelf, leaf: StayLeaf): Promise<Filter> {
  const segmentIds = await shelf.spellings.segments('saved', [leaf.value]);
  const interval = resolvePeriod(leaf.within, shelf.moment);
  if (leaf.op === 'left') return membersWhere(segmentIds, between<Membership>('leftAt', interval));
  const entered = leaf.op === 'entered' ? between<Membership>('enteredAt', interval) : beforeOrAt(interval);
  return membersWhere(segmentIds, { leftAt: null, ...entered });
}

function beforeOrAt({ from }: Interval): mongo.Filter<Membership> {
  return from ? { enteredAt: { $lte: from } } : {};
}

function intervalOf({ moment }: Shelf, period: RelativePeriod | undefined): Interval {
  return period ? resolvePeriod(period, moment) : {};
}
