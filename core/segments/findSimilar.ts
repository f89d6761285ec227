import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { runInThread } from '../threads/runInThread.ts';
import { getSegment } from './getSegment.ts';
import type { Ranking, rankSimilar } from './rankSimilar.ts';
import type { Segment } from './segment.model.ts';

/** The people most like those of a segment (its key or id), at most `size`; `segment_not_found`. */
export async function findSimilar(
  core: Pick<Core, 'db' | 'clock'>,
  shop: Pick<Shop, '_id'>,
  reference: string,
  size: number,
): Promise<Ranking & { readonly segment: Segment }> {
  const segment = await getSegment(core, shop._id, reference);
  const { key } = segment;
  const task = { ...addressOf(core.db), shopId: shop._id.toHexString(), key, size, now: core.clock.now() };
  return { segment, ...(await runInThread<typeof rankSimilar>('rankSimilar', import.meta.url, task)) };
}
