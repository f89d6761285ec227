import { type BgNbd, type Histories, type History, probabilityActive } from './bgNbd.ts';

export const CHURN_RISKS = ['low', 'medium', 'high'] as const;
export type ChurnRisk = (typeof CHURN_RISKS)[number];

/** How likely someone is gone. `probability` is null where no model says it and the risk is by recency. */
export interface Churn {
  readonly risk: ChurnRisk;
  readonly probability: number | null;
}

/** A probability of being gone above these. */
const BY_PROBABILITY = { medium: 0.3, high: 0.7 };
/** A silence longer than so many usual intervals: who still buys is silent for that long one time in five, in twenty. */
const BY_SILENCE = { medium: 1.5, high: 3 };
/** With fewer repeats someone has no interval of their own. */
const OWN_REPEATS = 3;

/**
 * The risk that someone does not come back, of a shop's model where there is one. By recency for who bought once (the
 * model takes them for active for ever) and where there is no model: against their own interval between purchases, else
 * the shop's. Null where nobody ever came back, so that there is nothing to measure a silence by.
 */
export function churnRisk(history: History, model: BgNbd | null, shopInterval: number | null): Churn | null {
  if (model && history.repeats > 0) {
    const probability = 1 - probabilityActive(model, history);
    return { risk: riskOf(probability, BY_PROBABILITY), probability };
  }
  const interval = history.repeats >= OWN_REPEATS ? history.last / history.repeats : shopInterval;
  if (!interval) return null;
  return { risk: riskOf((history.age - history.last) / interval, BY_SILENCE), probability: null };
}

/** The usual interval between purchases: the median, over those who came back, of their mean ones. Null: nobody did. */
export function usualInterval({ repeats, last }: Histories): number | null {
  const means: number[] = [];
  for (let one = 0; one < repeats.length; one++) {
    const count = repeats[one] ?? 0;
    if (count > 0) means.push((last[one] ?? 0) / count);
  }
  means.sort((a, b) => a - b);
  const middle = Math.floor(means.length / 2);
  const upper = means[middle] ?? null;
  return upper === null || means.length % 2 === 1 ? upper : ((means[middle - 1] ?? 0) + upper) / 2;
}

function riskOf(value: number, above: { medium: number; high: number }): ChurnRisk {
  if (value > above.high) return 'high';
  return value > above.medium ? 'medium' : 'low';
}
