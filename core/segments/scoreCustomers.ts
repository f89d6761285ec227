import type { Types } from 'mongoose';
import type { CustomerFigures, ValueScore } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { wallClock } from '../time.ts';
import { type ScoredProfile, writeBack } from './readShop.ts';
import { scoreBuyers } from './rfm.ts';

/** Scores everyone who has bought by RFM, puts the scores on `profiles` and writes those that changed. Answers how many. */
export async function scoreCustomers(
  db: Database,
  shopId: Types.ObjectId,
  shop: ScoredShop,
  profiles: readonly ScoredProfile[],
): Promise<number> {
  const buyers = profiles.filter(hasBought);
  const scores = scoreFigures(
    buyers.map(({ figures }) => figures),
    shop,
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

type ScoredShop = Pick<Shop, 'timeZone' | 'scoreEdges'>;

/** The scores of people who have bought, by the shop's days and edges. */
export function scoreFigures(figures: readonly CustomerFigures[], { timeZone, scoreEdges }: ScoredShop): ValueScore[] {
  const local = wallClock(timeZone);
  return scoreBuyers(
    figures.map(({ lastOrderAt, orderCount, totalSpent }) => ({
      lastOrderAt: local(lastOrderAt?.getTime() ?? 0),
      orderCount,
      totalSpent,
    })),
    scoreEdges,
  );
}

/** A customer with at least one purchase has a score; the others are "no purchase yet". */
export function hasBought({ figures }: Pick<ScoredProfile, 'figures'>): boolean {
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
