import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getShop } from '../shops/shops.ts';
import { refreshSegments } from './refreshSegments.ts';
import type { ScoreEdges } from './scoreEdges.ts';

/** Has the shop's value scores begin and end at these edges (null: everything in fifths again) and scores everyone anew. */
export async function setScoreEdges(
  core: Core,
  shopId: Types.ObjectId,
  edges: Partial<ScoreEdges> | null,
): Promise<Shop> {
  const own = Object.entries(edges ?? {}).map(([scored, values]) => [`scoreEdges.${scored}`, values]);
  await core.db.shops.updateOne(
    { _id: shopId },
    edges ? { $set: Object.fromEntries(own) } : { $unset: { scoreEdges: 1 } },
  );
  await refreshSegments(core, shopId);
  return getShop(core.db, shopId);
}
