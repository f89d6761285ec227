import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { Segment } from './segment.model.ts';

/** A segment by its key or, where a key is too long for a button, by its id; `segment_not_found`. */
export async function getSegment(core: Pick<Core, 'db'>, shopId: Types.ObjectId, reference: string): Promise<Segment> {
  const byId = /^[0-9a-f]{24}$/.test(reference);
  const segment = await core.db.segments.findOne(
    byId ? { shopId, _id: new Types.ObjectId(reference) } : { shopId, key: reference },
  );
  if (!segment) throw new KadeError('segment_not_found', { name: reference.slice(0, 60) });
  return segment;
}

/** What a button names the segment by: its key, or its id where the key would not leave room for an action's name. */
export function segmentReference(segment: Pick<Segment, '_id' | 'key'>): string {
  return Buffer.byteLength(segment.key) <= 47 ? segment.key : segment._id.toHexString();
}
