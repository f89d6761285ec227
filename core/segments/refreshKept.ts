import type { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { compileRule } from './compileRule.ts';
import { NO_CUSTOM } from './fields.ts';
import { membersOf } from './membership.ts';
import { PEOPLE_SUMS } from './peopleSums.ts';
import { refreshMembers } from './refreshMembers.ts';
import { segmentsIn } from './rule/findCircle.ts';
import { foldText } from './rule/foldText.ts';
import type { Segment } from './segment.model.ts';

/** The segments that members keep and follow: their rules are asked again and again. */
export function listFollowed(db: Database, shopId: Types.ObjectId): Promise<Segment[]> {
  return db.segments.find({ shopId, kind: 'saved', nameKey: { $exists: true } }).toArray();
}

/** What members keep, segments before lists, each by name. */
export async function listKept(db: Database, shopId: Types.ObjectId, limit: number): Promise<Segment[]> {
  const kept = await db.segments.find({ shopId, nameKey: { $exists: true } }, { limit }).toArray();
  return kept.sort((a, b) => b.kind.localeCompare(a.kind) || a.label.localeCompare(b.label));
}

/** Brings kept segments up to date, those that others refer to first. */
export async function refreshKept(
  db: Database,
  shop: Pick<Shop, '_id' | 'timeZone'>,
  now: Date,
  segments: readonly Segment[],
  options: { quiet?: boolean } = {},
): Promise<void> {
  for (const segment of inOrder(segments)) {
    if (!segment.rule) continue;
    const asked = { now, timeZone: shop.timeZone, custom: NO_CUSTOM };
    const rule = await compileRule(db, shop._id, segment.rule, asked);
    await refreshMembers(db, segment, rule, now, options);
    await writeFigures(db, segment, now);
  }
}

/** A segment after all that its rule names. A circle cannot be saved. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  const byName = new Map(segments.map((segment) => [foldText(segment.label), segment]));
  const ordered = new Set<Segment>();
  const visit = (segment: Segment): void => {
    if (ordered.has(segment)) return;
    for (const name of segment.rule ? segmentsIn(segment.rule) : []) {
      const other = byName.get(foldText(name));
      if (other && other !== segment) visit(other);
    }
    ordered.add(segment);
  };
  for (const segment of segments) visit(segment);
  return [...ordered];
}

/** Counts and sums the present members of a kept segment. */
export async function writeFigures(db: Database, { _id, shopId }: Segment, now: Date): Promise<void> {
  const [sums] = await db.customers
    .aggregate<Pick<Segment, 'size' | 'revenue' | 'orders' | 'buyers' | 'recencyDays'>>([
      { $match: { shopId, ...membersOf(_id) } },
      { $group: { _id: null, size: { $sum: 1 }, ...PEOPLE_SUMS, recencyDays: { $sum: '$value.recencyDays' } } },
      { $project: { _id: 0 } },
    ])
    .toArray();
  const none = { size: 0, revenue: 0, orders: 0, buyers: 0, recencyDays: 0 };
  await db.segments.updateOne({ shopId, _id }, { $set: { ...none, ...sums, refreshedAt: now } });
}
