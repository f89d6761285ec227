import type { Types } from 'mongoose';
import { type Prediction, predict, type Sales } from '../analytics/predict.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { type Profile, writeBack } from './readShop.ts';

/** What a customer's document keeps of a prediction. */
type Kept = Pick<Customer, 'churnRisk' | 'churnProbability' | 'predictedValue' | 'expected'>;
const FIELDS = ['churnRisk', 'churnProbability', 'predictedValue', 'expected'] as const;

/** Predicts from their purchases what customers will do, and writes what changed. Answers how many did. */
export function predictCustomers(
  db: Database,
  shopId: Types.ObjectId,
  profiles: readonly Profile[],
  sales: Sales,
): Promise<number> {
  const predictions = predict(profiles.length, sales).of;
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
  return writeBack(db, shopId, changes);
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
