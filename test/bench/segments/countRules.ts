import { performance } from 'node:perf_hooks';
import { countRule, parseRule, type Rule } from '../../../core/index.ts';
import { seeded } from '../../../core/seeded.ts';
import { VALUE_SEGMENTS } from '../../../core/segments/rfm.ts';
import { atMost, beside, type Figure, median } from '../figure.ts';
import { CATEGORIES, CITIES, MADE_NOW, type MadeShop, PRODUCTS, TAGS } from './madeShop.ts';

const RULES = 50;
const RUNS = 5;

/** Counts by rules on a made shop. */
export async function countRules(
  { db, shop }: MadeShop,
  label: string,
  most: { profileMs: number; purchaseS: number },
): Promise<Figure[]> {
  const times = async (count: number, rule: (n: number) => Rule): Promise<number[]> => {
    const took: number[] = [];
    for (let n = 0; n < count; n++) {
      const begun = performance.now();
      await countRule({ db, clock: { now: () => MADE_NOW } }, shop, rule(n));
      took.push(performance.now() - begun);
    }
    return took;
  };
  const profile = await times(RULES, profileRule);
  const product = await times(RUNS, (n) => purchaseRule('product', `Product ${(n * 37) % PRODUCTS}`));
  const category = await times(RUNS, (n) => purchaseRule('category', `Category ${n % CATEGORIES}`));
  const { profileMs, purchaseS } = most;
  return [
    atMost(`count of a 5-condition profile rule, median of ${RULES}, ${label}`, median(profile), 'ms', profileMs),
    beside(`the slowest of them, ${label}`, Math.max(...profile), 'ms'),
    atMost(`count of a product bought 3 times within 90d, ${label}`, median(product) / 1000, 's', purchaseS),
    atMost(`count of a category bought 3 times within 90d, ${label}`, median(category) / 1000, 's', purchaseS),
  ];
}

function purchaseRule(field: 'product' | 'category', value: string): Rule {
  return parseRule({ field, op: 'bought', value, times: { op: 'gte', value: 3 }, within: { last: 'P90D' } });
}

/** Five conditions of a person's profile, as owners ask for them: which, and with what values, is drawn from the number. */
export function profileRule(n: number): Rule {
  const random = seeded(n + 101);
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const from = 18 + Math.floor(random() * 40);
  const conditions = [
    () => ({ field: 'city', op: 'in', value: [one(CITIES), one(CITIES)] }),
    () => ({ field: 'tag', op: 'eq', value: one(TAGS) }),
    () => ({ field: 'rfm_segment', op: 'in', value: [one(VALUE_SEGMENTS), one(VALUE_SEGMENTS)] }),
    () => ({ field: 'gender', op: 'eq', value: one(['female', 'male']) }),
    () => ({ field: 'age', op: 'between', value: [from, from + 15] }),
    () => ({ field: 'language', op: 'eq', value: one(['en', 'si', 'ta']) }),
    () => ({ field: 'total_spent', op: 'gt', value: Math.floor(random() * 2_000_000) }),
    () => ({ field: 'order_count', op: 'gte', value: 1 + Math.floor(random() * 4) }),
    () => ({ field: 'last_purchase_at', op: 'before', value: { ago: one(['P30D', 'P90D', 'P6M']) } }),
    () => ({ field: 'consent.sms', op: 'eq', value: 'granted' }),
  ];
  const drawn = conditions.map((make) => ({ make, place: random() })).sort((a, b) => a.place - b.place);
  const [first, second, third, fourth, fifth] = drawn.map(({ make }) => make());
  // Every third asks for one of two things.
  return parseRule(
    n % 3 === 0
      ? { and: [first, second, third, { or: [fourth, fifth] }] }
      : { and: [first, second, third, fourth, fifth] },
  );
}
