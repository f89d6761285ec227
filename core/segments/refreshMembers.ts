import { Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { insertNew } from '../db/insertNew.ts';
import { type Filter, NOBODY } from './compile/filters.ts';
import { membersOf, othersThan } from './membership.ts';
import type { Segment } from './segment.model.ts';
import type { SegmentEvent } from './segmentEvent.model.ts';

/** Who changed. */
export interface Movement {
  readonly entered: number;
  readonly left: number;
}

type Change = SegmentEvent['change'];
type Mover = Pick<Customer, '_id' | 'memberships'>;

const BATCH = 1_000;

/**
 * Brings a saved segment's members to those who match `rule` (compiled: filters that never overlap), with an event per
 * person unless `quiet` (a new segment's first members have not entered it). Repeatable: what a refresh that was cut
 * short has done is not done, or raised, again.
 */
export async function refreshMembers(
  db: Database,
  segment: Pick<Segment, '_id' | 'shopId'>,
  rule: Iterable<Filter>,
  now: Date,
  { quiet = false }: { quiet?: boolean | undefined } = {},
): Promise<Movement> {
  const scope = { shopId: segment.shopId };
  const change = async (who: Filter, moved: Change, stays?: ReadonlySet<string>): Promise<number> => {
    let count = 0;
    for await (const found of batchesOf(db, segment._id, { $and: [scope, who] })) {
      const movers = stays ? found.filter(({ _id }) => !stays.has(_id.toHexString())) : found;
      await moveMembers(db, segment, movers, moved, now, quiet);
      count += movers.length;
    }
    return count;
  };
  let entered = 0;
  const filters: Filter[] = [];
  for (const filter of rule) {
    entered += await change({ $and: [filter, othersThan(segment._id)] }, 'entered');
    filters.push(filter);
  }
  const [only = NOBODY, ...others] = filters;
  const members = membersOf(segment._id);
  if (others.length === 0) return { entered, left: await change({ $and: [{ $nor: [only] }, members] }, 'left') };
  // Together they may be too large for one command.
  const stays = new Set<string>();
  for (const filter of filters)
    for await (const found of batchesOf(db, segment._id, { $and: [scope, filter, members] }))
      for (const { _id } of found) stays.add(_id.toHexString());
  return { entered, left: await change(members, 'left', stays) };
}

/** The customers that match, with what they were in this segment. */
async function* batchesOf(db: Database, segmentId: Types.ObjectId, filter: Filter): AsyncGenerator<Mover[]> {
  const projection = { _id: 1, memberships: { $elemMatch: { segmentId } } };
  let batch: Mover[] = [];
  for await (const mover of db.customers.find<Mover>(filter, { projection, batchSize: BATCH })) {
    if (batch.push(mover) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Has customers enter or leave a segment now; `movers` say what they were in it. Repeatable. */
export async function moveMembers(
  db: Database,
  segment: Pick<Segment, '_id' | 'shopId'>,
  movers: readonly Mover[],
  change: Change,
  now: Date,
  quiet = false,
): Promise<void> {
  if (movers.length === 0) return;
  // The event first: its key is what the mover was, so that a repetition raises no second one.
  if (!quiet) await raise(db, segment, movers, change, now);
  const { _id: segmentId, shopId } = segment;
  const who = { shopId, _id: { $in: movers.map(({ _id }) => _id) } };
  const known = { ...who, 'memberships.segmentId': segmentId };
  if (change === 'left') {
    await db.customers.updateMany(known, { $set: { 'memberships.$.leftAt': now } });
    return;
  }
  if (movers.some(({ memberships = [] }) => memberships.length > 0))
    await db.customers.updateMany(known, { $set: { 'memberships.$.enteredAt': now, 'memberships.$.leftAt': null } });
  const membership = { segmentId, enteredAt: now, leftAt: null };
  await db.customers.updateMany(
    { ...who, 'memberships.segmentId': { $ne: segmentId } },
    { $push: { memberships: membership } },
  );
}

async function raise(
  db: Database,
  { _id: segmentId, shopId }: Pick<Segment, '_id' | 'shopId'>,
  movers: readonly Mover[],
  change: Change,
  at: Date,
): Promise<void> {
  const events = movers.map(({ _id: customerId, memberships = [] }): SegmentEvent => {
    const was = memberships.find((one) => one.segmentId.equals(segmentId));
    const since = (change === 'left' ? was?.enteredAt : was?.leftAt) ?? null;
    return { _id: new Types.ObjectId(), shopId, segmentId, customerId, change, since, at };
  });
  await insertNew(db.segmentEvents, events);
}
