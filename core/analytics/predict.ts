import { expectedPurchases, fitBgNbd, type Histories, type History, type NoModel } from './bgNbd.ts';
import { type ChurnRisk, churnRisk, usualInterval } from './churnRisk.ts';
import { expectedSpend, fitGammaGamma } from './gammaGamma.ts';

/** Purchases in any order, as columns of equal length: by whom (a place from 0), on which day of the calendar, for how much. */
export interface Sales {
  readonly customer: readonly number[];
  readonly day: readonly number[];
  /** minor units */
  readonly amount: readonly number[];
}

/** What is to be expected of someone, as of the day of the shop's latest sale. Without a model only the risk is told. */
export interface Prediction {
  readonly churnRisk?: ChurnRisk;
  /** 0 to 1, four decimals */
  readonly churnProbability?: number;
  /** purchases and minor units in the next 90 days */
  readonly orders90?: number;
  readonly value90?: number;
  /** purchases and minor units in the next year */
  readonly orders365?: number;
  readonly value365?: number;
}

/** What can be told of a shop's buyers, and why it is no more. */
export interface Predictions {
  /** by the customer's place; null: has not bought */
  readonly of: readonly (Prediction | null)[];
  readonly noModel: NoModel | null;
}

/** The columns of histories, and what was spent on repeat purchases. */
interface Buyers {
  readonly place: number[];
  readonly repeats: number[];
  readonly last: number[];
  readonly age: number[];
  /** mean amount of the repeat purchases; 0 without any */
  readonly meanSpend: number[];
}

/** Predicts for `customers` people what their purchases say; several on a day count as one. */
export function predict(customers: number, sales: Sales): Predictions {
  const buyers = buyersOf(customers, sales);
  const model = fitBgNbd(buyers);
  const spend = fitGammaGamma(buyers);
  const interval = usualInterval(buyers);
  const of: (Prediction | null)[] = new Array(customers).fill(null);
  for (const [index, place] of buyers.place.entries()) {
    const history = historyAt(buyers, index);
    const known = typeof model === 'string' ? null : model;
    const churn = churnRisk(history, known, interval);
    const orders = known && {
      soon: expectedPurchases(known, history, 90),
      year: expectedPurchases(known, history, 365),
    };
    const each = typeof spend === 'string' ? null : expectedSpend(spend, history.repeats, buyers.meanSpend[index] ?? 0);
    of[place] = {
      ...(churn ? { churnRisk: churn.risk } : {}),
      ...(churn?.probability == null ? {} : { churnProbability: rounded(churn.probability) }),
      ...(orders ? { orders90: rounded(orders.soon), orders365: rounded(orders.year) } : {}),
      ...(orders && each !== null
        ? { value90: Math.round(orders.soon * each), value365: Math.round(orders.year * each) }
        : {}),
    };
  }
  return { of, noModel: typeof model === 'string' ? model : null };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

function historyAt({ repeats, last, age }: Histories, index: number): History {
  return { repeats: repeats[index] ?? 0, last: last[index] ?? 0, age: age[index] ?? 0 };
}

/** Everyone with a purchase. The order of purchases is put right by a sort of their places, so that nothing is kept per person. */
function buyersOf(customers: number, { customer, day, amount }: Sales): Buyers {
  const order = Uint32Array.from(customer.keys()).sort(
    (a, b) => (customer[a] ?? 0) - (customer[b] ?? 0) || (day[a] ?? 0) - (day[b] ?? 0),
  );
  const end = day.reduce((latest, one) => Math.max(latest, one), Number.NEGATIVE_INFINITY);
  const buyers: Buyers = { place: [], repeats: [], last: [], age: [], meanSpend: [] };
  for (let from = 0; from < order.length; ) {
    const place = customer[order[from] ?? 0] ?? 0;
    const first = day[order[from] ?? 0] ?? 0;
    let [latest, repeats, spent, to] = [first, 0, 0, from];
    for (; to < order.length && customer[order[to] ?? 0] === place; to++) {
      const at = day[order[to] ?? 0] ?? 0;
      if (at > latest) repeats++;
      if (at > first) spent += amount[order[to] ?? 0] ?? 0;
      latest = at;
    }
    if (place < customers) {
      buyers.place.push(place);
      buyers.repeats.push(repeats);
      buyers.last.push(latest - first);
      buyers.age.push(end - first);
      buyers.meanSpend.push(repeats > 0 ? spent / repeats : 0);
    }
    from = to;
  }
  return buyers;
}
