import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Shop } from '../shops/shop.model.ts';
import { HOLDINGS } from './personalData.ts';

/** Everything that is kept of a person, by collection. */
export type PersonalData = Readonly<Record<string, readonly object[]>>;

const DAY_MS = 24 * 3600_000;
/** The shop's own marks, of no meaning to the person. */
const OURS: ReadonlySet<string> = new Set(['shopId', 'searchWords', 'bucket', 'dataGivenAt', 'waiting', 'notices']);

/** Everything that is kept of a customer, once a day at most; null: they have had it today. */
export async function tellPerson(core: Core, shop: Shop, customer: Customer): Promise<PersonalData | null> {
  if (!(await takeTurn(core, shop._id, customer._id))) return null;
  const person = { core, shop, customer };
  const data: Record<string, readonly object[]> = {};
  for (const [name, { tell }] of HOLDINGS) if (tell) data[name] = (await tell(person)).map(withoutOurs);
  return data;
}

async function takeTurn(core: Core, shopId: Types.ObjectId, _id: Types.ObjectId): Promise<boolean> {
  const now = core.clock.now();
  const since = new Date(now.getTime() - DAY_MS);
  const due = { shopId, _id, $or: [{ dataGivenAt: { $exists: false } }, { dataGivenAt: { $lte: since } }] };
  return (await core.db.customers.updateOne(due, { $set: { dataGivenAt: now } })).modifiedCount > 0;
}

function withoutOurs(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !OURS.has(name)));
}
