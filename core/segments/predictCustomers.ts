import { type Prediction, predict, type Sales } from '../analytics/predict.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import type { Shop } from '../shops/shop.model.ts';
import { startOfLocalDay } from '../time.ts';
import { type Profile, writeBack } from './readShop.ts';
import type { Forecast } from './segment.model.ts';

/** What a customer's document keeps of a prediction. */
type Kept = Pick<Customer, 'churnRisk' | 'churnProbability' | 'predictedValue' | 'expected'>;
const FIELDS = ['churnRisk', 'churnProbability', 'predictedValue', 'expected'] as const;

/** Predicts from their purchases what customers will do, and writes what changed: of how many, and what it rests on. */
export async function predictCustomers(
  db: Database,
  { _id: shopId, timeZone }: Pick<Shop, '_id' | 'timeZone'>,
  profiles: readonly Profile[],
  sales: Sales,
): Promise<{ changed: number; forecast: Forecast }> {
  const { of: predictions, noModel } = predict(profiles.length, sales);
  const latest = sales.day.reduce((last, day) => Math.max(last, day), Number.NEGATIVE_INFINITY);
  const changes = profiles.flatMap((profile, place) => {
    const now = keptOf(predictions[place] ?? null);
    if (FIELDS.every((field) => same(profile[field], now[field]))) return [];
    const $set = Object.fromEntries(
      FIELDS.filter((field) => now[field] !== undefined).map((field) => [field, now[field]]),
    );
    const $unset = Object.fromEntries(
      FIELDS.filter((field) => now[field] === undefined).map((field) => [field, '' as const]),
    );
    return [
      {
        _id: profile._id,
        update: {
          ...(Object.keys($set).length > 0 ? { $set } : {}),
          ...(Object.keys($unset).length > 0 ? { $unset } : {}),
        },
      },
    ];
  });
  const asOf = sales.day.length > 0 ? startOfLocalDay(latest, timeZone) : null;
  return { changed: await writeBack(db, shopId, changes), forecast: { asOf, noModel } };
}

function keptOf(prediction: Prediction | null): Kept {
  if (!prediction) return {};
  const { churnRisk, churnProbability, orders90, value90, orders365, value365 } = prediction;
  return {
    churnRisk,
    churnProbability,
    predictedValue: value365,
    ...(orders90 === undefined ? {} : { expected: { orders90, orders365: orders365 ?? 0, value90: value90 ?? null } }),
  };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
