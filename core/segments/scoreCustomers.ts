import type { Types } from 'mongoose';
import type { ValueScore } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { wallClock } from '../time.ts';
import { type Profile, writeBack } from './readShop.ts';
import { scoreBuyers } from './rfm.ts';

/** Scores everyone who has bought by RFM, puts the scores on `profiles` and writes those that changed. Answers how many. */
export async function scoreCustomers(
  db: Database,
  shopId: Types.ObjectId,
  { timeZone, scoreEdges }: Pick<Shop, 'timeZone' | 'scoreEdges'>,
  profiles: readonly Profile[],
): Promise<number> {
  const local = wallClock(timeZone);
  const buyers = profiles.filter(hasBought);
  const scores = scoreBuyers(
    buyers.map(({ figures }) => ({
      lastOrderAt: local(figures.lastOrderAt?.getTime() ?? 0),
      orderCount: figures.orderCount,
      totalSpent: figures.totalSpent,
    })),
    scoreEdges,
  );
  const byProfile = new Map(buyers.map((profile, index) => [profile, scores[index]]));
  const changed = profiles.filter((profile) => !sameScore(profile.value, byProfile.get(profile)));
  for (const profile of changed) profile.value = byProfile.get(profile);
  return writeBack(
    db,
    shopId,
    changed.map(({ _id, value }) => ({ _id, update: value ? { $set: { value } } : { $unset: { value: 1 } } })),
  );
}

/** A customer with at least one purchase has a score; the others are "no purchase yet". */
export function hasBought({ figures }: Pick<Profile, 'figures'>): boolean {
  return figures.orderCount > 0;
}

function sameScore(a: ValueScore | undefined, b: ValueScore | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.recencyDays === b.recencyDays &&
    a.frequency === b.frequency &&
    a.money === b.money &&
    a.r === b.r &&
    a.f === b.f &&
    a.m === b.m &&
    a.segment === b.segment
  );
}
