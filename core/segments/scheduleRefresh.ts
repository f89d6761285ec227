import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';

/** The job that computes every segment of a shop anew: after an import or an undo, and each night. */
export const REFRESH_JOB = 'refreshSegments';
/** Under what a wait for that job is held in core.work. */
export function refreshWorkKey(shopId: string): string {
  return `segments ${shopId}`;
}

const MIDNIGHT = '0 0 * * *';

/** Has the segments refreshed at the shop's midnight, every night. Calling it again changes nothing, or the time zone. */
export async function scheduleRefresh(core: Core, shop: Pick<Shop, '_id' | 'timeZone'>): Promise<void> {
  const payload = { shopId: shop._id.toHexString() };
  await core.jobs.schedule(REFRESH_JOB, payload, { cron: MIDNIGHT, timeZone: shop.timeZone });
}
