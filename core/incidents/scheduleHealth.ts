import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';

/** The job that looks after the shop's health: every ten minutes, and whenever an incident opens or is solved. */
export const HEALTH_JOB = 'checkHealth';

const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Calling it again changes nothing. */
export async function scheduleHealth(core: Core, shop: Pick<Shop, '_id' | 'timeZone'>): Promise<void> {
  const payload = { shopId: shop._id.toHexString() };
  await core.jobs.schedule(HEALTH_JOB, payload, { cron: EVERY_TEN_MINUTES, timeZone: shop.timeZone });
}
