import type { Types } from 'mongoose';
import { CHURN_RISKS, type ChurnRisk } from '../analytics/churnRisk.ts';
import { getEveryone } from './getEveryone.ts';
import type { RefreshCore } from './refreshSegments.ts';
import type { Forecast } from './segment.model.ts';

/** Those who have bought and are of one risk; money in minor units. */
export interface RiskGroup {
  readonly risk: ChurnRisk;
  readonly customers: number;
  /** what they have spent so far */
  readonly revenue: number;
  /** what they are expected to spend in 90 days from the forecast's day; 0 where nothing tells */
  readonly value90: number;
}

/** How many customers a shop may lose, and what hangs on them, as of the last refresh. */
export interface RiskSummary {
  /** the highest risk first, all of them */
  readonly groups: readonly RiskGroup[];
  /** what everyone has spent so far */
  readonly revenue: number;
  readonly forecast: Forecast;
}

/** The shop's customers by their risk of being lost. */
export async function sumUpRisks(core: RefreshCore, shopId: Types.ObjectId): Promise<RiskSummary> {
  const { forecast = { asOf: null, noModel: 'too_few' } } = await getEveryone(core, shopId);
  const sums = await core.db.customers
    .aggregate<Omit<RiskGroup, 'risk'> & { _id: ChurnRisk | null }>([
      { $match: { shopId, 'figures.orderCount': { $gt: 0 } } },
      {
        $group: {
          _id: '$churnRisk',
          customers: { $sum: 1 },
          revenue: { $sum: '$figures.totalSpent' },
          value90: { $sum: '$expected.value90' },
        },
      },
    ])
    .toArray();
  const groups = CHURN_RISKS.toReversed().map((risk): RiskGroup => {
    const { customers = 0, revenue = 0, value90 = 0 } = sums.find(({ _id }) => _id === risk) ?? {};
    return { risk, customers, revenue, value90 };
  });
  return { groups, revenue: sums.reduce((sum, { revenue }) => sum + revenue, 0), forecast };
}
