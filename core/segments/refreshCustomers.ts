import type { Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { askedOf, type RuleShop } from './countRule.ts';
import { readFacts, staysOf } from './readFacts.ts';
import { inOrder } from './refreshKept.ts';
import { moveMembers } from './refreshMembers.ts';
import { matchRule } from './rule/matchRule.ts';
import type { Segment } from './segment.model.ts';

/**
 * Looks at a few customers again: each saved segment's rule is evaluated here on what there is about them, read once for
 * all rules, and only what changed is written. The same answer as a whole refresh, in a few milliseconds.
 */
export async function refreshCustomers(
  db: Database,
  shop: RuleShop,
  now: Date,
  segments: readonly Segment[],
  customerIds: readonly Types.ObjectId[],
): Promise<void> {
  const rules = segments.flatMap(({ rule }) => rule ?? []);
  const asked = askedOf(shop, now);
  const { facts, products, kept } = await readFacts(db, shop._id, customerIds, rules, asked.custom);
  const context = { ...asked, products };
  for (const segment of inOrder(segments)) {
    const { rule } = segment;
    if (!rule) continue;
    const entered: Customer[] = [];
    const left: Customer[] = [];
    for (const one of facts) {
      const { customer } = one;
      const isMember = customer.memberships?.some(({ segmentId, leftAt }) => segmentId.equals(segment._id) && !leftAt);
      if (matchRule(rule, one, context) !== Boolean(isMember)) (isMember ? left : entered).push(customer);
    }
    await moveMembers(db, segment, entered, 'entered', now);
    await moveMembers(db, segment, left, 'left', now);
    await addFigures(db, segment, entered, left);
    // Later rules may ask who is in this segment.
    for (const customer of entered) rejoin(customer, segment._id, now, null);
    for (const customer of left) rejoin(customer, segment._id, null, now);
    const moved = new Set([...entered, ...left]);
    for (const one of facts) if (moved.has(one.customer)) Object.assign(one, staysOf(one.customer, kept));
  }
}

function rejoin(customer: Customer, segmentId: Types.ObjectId, entered: Date | null, leftAt: Date | null): void {
  const others = (customer.memberships ?? []).filter((one) => !one.segmentId.equals(segmentId));
  const was = customer.memberships?.find((one) => one.segmentId.equals(segmentId));
  const enteredAt = entered ?? was?.enteredAt ?? (leftAt as Date);
  customer.memberships = [...others, { segmentId, enteredAt, leftAt }];
}

async function addFigures(
  db: Database,
  { _id, shopId }: Segment,
  entered: readonly Customer[],
  left: readonly Customer[],
): Promise<void> {
  if (entered.length + left.length === 0) return;
  const sum = (pick: (customer: Customer) => number) =>
    entered.reduce((total, customer) => total + pick(customer), 0) -
    left.reduce((total, customer) => total + pick(customer), 0);
  const $inc = {
    size: entered.length - left.length,
    revenue: sum(({ figures }) => figures.totalSpent),
    orders: sum(({ figures }) => figures.orderCount),
    buyers: sum(({ figures }) => (figures.orderCount > 0 ? 1 : 0)),
    recencyDays: sum(({ value }) => value?.recencyDays ?? 0),
  };
  await db.segments.updateOne({ shopId, _id }, { $inc });
}
