import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { getCustomer } from '../customers/getCustomer.ts';
import { KadeError } from '../errors.ts';
import { finishMerge } from './finishMerge.ts';
import type { Merge } from './merge.model.ts';
import { undoMerge } from './undoMerge.ts';

const DUPLICATE = 11000;

/** Who is to be one: `from` becomes part of `into`, as a member has confirmed, or a proof says. */
export interface MergeWish {
  readonly into: Types.ObjectId;
  readonly from: Types.ObjectId;
  /** absent: an app, or a link, has proven it */
  readonly memberId?: Types.ObjectId;
}

/** Makes two customers one. The record of it comes first, each step may be repeated, and a start of Kade goes on where one was left. */
export async function mergeCustomers(core: Core, shopId: Types.ObjectId, wish: MergeWish): Promise<Merge> {
  const [into, from] = [await getCustomer(core, shopId, wish.into), await getCustomer(core, shopId, wish.from)];
  if (into._id.equals(from._id)) throw new KadeError('merge_same');
  const merge: Merge = {
    _id: new Types.ObjectId(),
    shopId,
    into: into._id,
    from: from._id,
    state: 'merging',
    live: true,
    before: from,
    ...(wish.memberId ? { memberId: wish.memberId } : {}),
    at: core.clock.now(),
  };
  try {
    await core.db.merges.insertOne(merge);
  } catch (error) {
    if ((error as { code?: number }).code === DUPLICATE) throw new KadeError('merge_same', {}, { cause: error });
    throw error;
  }
  await finishMerge(core, merge);
  return merge;
}

/** Goes on with every merge, and every undoing of one, that a stopped process left. What cannot go on is logged, and is in nobody's way. */
export async function resumeMerges(core: Core, shopId: Types.ObjectId): Promise<void> {
  const left = await core.db.merges.find({ shopId, state: { $in: ['merging', 'undoing'] } }).toArray();
  for (const merge of left)
    try {
      await (merge.state === 'merging' ? finishMerge(core, merge) : undoMerge(core, shopId, merge._id));
    } catch (error) {
      core.log.error('merges.resume', { mergeId: merge._id.toHexString(), error });
    }
}
