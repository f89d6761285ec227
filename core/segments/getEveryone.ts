import type { Types } from 'mongoose';
import { getSegment } from './getSegment.ts';
import { type RefreshCore, refreshSegments } from './refreshSegments.ts';
import type { Segment } from './segment.model.ts';

/** The segment of everyone with its forecast; computed now where no refresh has come yet. */
export async function getEveryone(core: RefreshCore, shopId: Types.ObjectId): Promise<Segment> {
  const known = await core.db.segments.findOne({ shopId, key: 'all', forecast: { $exists: true } });
  if (known) return known;
  await refreshSegments(core, shopId);
  return getSegment(core, shopId, 'all');
}
