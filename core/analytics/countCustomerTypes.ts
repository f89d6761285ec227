import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Period } from './trendEdges.ts';

/** Everyone the shop knew at a period's end, each in one type. */
export interface CustomerTypes {
  /** bought for the first time ever */
  new: number;
  /** bought, and had bought before the period */
  returning: number;
  /** bought in the equally long period before, not in this one */
  lapsed: number;
  /** bought only longer ago */
  dormant: number;
  /** never bought anything */
  prospect: number;
}

/** Parts the customers by what they did in a period, given who bought in it and in the one before. Those who came only later are left out. */
export async function countCustomerTypes(
  core: Core,
  shopId: Types.ObjectId,
  period: Period,
  active: ReadonlySet<string>,
  activeBefore: ReadonlySet<string>,
): Promise<CustomerTypes> {
  const { customers } = core.db;
  const [fresh, earlier, prospect] = await Promise.all([
    customers.countDocuments({ shopId, 'figures.firstOrderAt': { $gte: period.from, $lt: period.to } }),
    customers.countDocuments({ shopId, 'figures.firstOrderAt': { $lt: period.from } }),
    customers.countDocuments({ shopId, 'figures.firstOrderAt': null }),
  ]);
  const returning = Math.max(0, active.size - fresh);
  let lapsed = 0;
  for (const id of activeBefore) if (!active.has(id)) lapsed++;
  return { new: fresh, returning, lapsed, dormant: Math.max(0, earlier - returning - lapsed), prospect };
}
