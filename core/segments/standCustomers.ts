import type { Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { writeBack } from './readShop.ts';
import { leadScore, lifecycleStage, type Stander } from './standing.ts';

type Standing = Stander & Pick<Customer, '_id' | 'lifecycleStage' | 'leadScore'>;

/** What is read of a customer for it. */
const STANDING_FIELDS = ['figures', 'value', 'lastHeardAt', 'addresses.marketing', 'lifecycleStage', 'leadScore'];

/** Writes the lifecycle stage and the lead score of those whom they changed for. Answers how many. */
export function standCustomers(
  db: Database,
  shopId: Types.ObjectId,
  customers: readonly Standing[],
  now: Date,
): Promise<number> {
  const changes = customers.flatMap((customer) => {
    const after = { lifecycleStage: lifecycleStage(customer), leadScore: leadScore(customer, now) };
    const isSame = after.lifecycleStage === customer.lifecycleStage && after.leadScore === customer.leadScore;
    return isSame ? [] : [{ _id: customer._id, update: { $set: after } }];
  });
  return writeBack(db, shopId, changes);
}

/** The same for a few, read anew. */
export async function standAgain(
  db: Database,
  shopId: Types.ObjectId,
  customerIds: readonly Types.ObjectId[],
  now: Date,
): Promise<void> {
  const projection = Object.fromEntries(STANDING_FIELDS.map((field) => [field, 1]));
  const found = db.customers.find<Standing>({ shopId, _id: { $in: [...customerIds] } }, { projection });
  await standCustomers(db, shopId, await found.toArray(), now);
}
