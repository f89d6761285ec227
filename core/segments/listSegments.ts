import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { COMPUTED_KINDS, SEGMENT_KINDS, type Segment } from './segment.model.ts';

/** A shop's segments as of the last refresh, each kind in its own order: everyone, value (best first), preference, demographic, kept ones; none that was put away. */
export async function listSegments(core: Core, shopId: Types.ObjectId): Promise<Segment[]> {
  const present = [{ kind: { $in: [...COMPUTED_KINDS] } }, { nameKey: { $exists: true } }];
  const segments = await core.db.segments.find({ shopId, $or: present }).toArray();
  return segments.sort(
    (a, b) =>
      SEGMENT_KINDS.indexOf(a.kind) - SEGMENT_KINDS.indexOf(b.kind) ||
      fieldOf(a).localeCompare(fieldOf(b)) ||
      a.position - b.position,
  );
}

/** `age`, `gender` or `city`; empty for the other kinds. */
function fieldOf(segment: Segment): string {
  return segment.kind === 'demographic' ? (segment.key.split(':')[1] ?? '') : '';
}
