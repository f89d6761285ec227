import type { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import { compileRule } from './compileRule.ts';
import { askedOf, type RuleShop } from './countRule.ts';
import { membersOf } from './membership.ts';
import { refreshMembers } from './refreshMembers.ts';
import { segmentsIn } from './rule/findCircle.ts';
import { foldText } from './rule/foldText.ts';
import type { Segment } from './segment.model.ts';
import { PEOPLE_SUMS } from './sumPeople.ts';

/** The segments that members keep and follow: their rules are asked again and again. */
export function listFollowed(db: Database, shopId: Types.ObjectId): Promise<Segment[]> {
  return db.segments.find({ shopId, kind: 'saved', nameKey: { $exists: true } }).toArray();
}

/** What members keep, segments before lists, each by name. */
export async function listKept(db: Database, shopId: Types.ObjectId, limit: number): Promise<Segment[]> {
  const kept = await db.segments.find({ shopId, nameKey: { $exists: true } }).toArray();
  return kept.sort((a, b) => b.kind.localeCompare(a.kind) || a.label.localeCompare(b.label)).slice(0, limit);
}

/** Brings kept segments up to date, those that others refer to first; breaks off between two where the signal is aborted. */
export async function refreshKept(
  db: Database,
  shop: RuleShop,
  now: Date,
  segments: readonly Segment[],
  { quiet, signal }: { quiet?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  for (const segment of inOrder(segments)) {
    if (signal?.aborted) return;
    if (!segment.rule) continue;
    const rule = await compileRule(db, shop._id, segment.rule, askedOf(shop, now));
    await refreshMembers(db, segment, rule, now, { quiet });
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
