import type { mongo, Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';

/** A customer's time in a saved segment or list, kept on the customer: the latest one per segment. */
export interface Membership {
  segmentId: Types.ObjectId;
  enteredAt: Date;
  /** null: still in it */
  leftAt: Date | null;
}

/** The members of a saved segment or list as of its last refresh, to be joined to `shopId`. */
export function membersOf(segmentId: Types.ObjectId): mongo.Filter<Customer> {
  // The bare condition says the same of fewer; it is there for the index.
  return { 'memberships.segmentId': segmentId, memberships: { $elemMatch: { segmentId, leftAt: null } } };
}

/** Who is, or was, in one of these so. */
export function membersWhere(
  segmentIds: readonly Types.ObjectId[],
  stay: mongo.Filter<Membership>,
): mongo.Filter<Customer> {
  const segmentId = { $in: [...segmentIds] };
  return { 'memberships.segmentId': segmentId, memberships: { $elemMatch: { segmentId, ...stay } } };
}

/** Everyone else. */
export function othersThan(segmentId: Types.ObjectId): mongo.Filter<Customer> {
  return { memberships: { $not: { $elemMatch: { segmentId, leftAt: null } } } };
}
