import type { mongo, Types } from 'mongoose';
import type { Sales } from '../analytics/predict.ts';
import type { Customer, CustomerAddress } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { wallClock } from '../time.ts';
import type { Purchases } from './preferences.ts';

const SCORED = ['externalId', 'figures', 'value'] as const;
const REFRESHED = [
  ...SCORED,
  ...(['preference', 'city', 'gender', 'birthday', 'language'] as const),
  ...(['churnRisk', 'churnProbability', 'predictedValue', 'expected'] as const),
  ...(['lastHeardAt', 'lifecycleStage', 'leadScore'] as const),
] as const;

/** What scoring needs of a customer. */
export type ScoredProfile = Pick<Customer, '_id' | (typeof SCORED)[number]>;
/** What a refresh needs of a customer. */
export type Profile = Pick<Customer, '_id' | (typeof REFRESHED)[number]> & {
  addresses: readonly Pick<CustomerAddress, 'marketing'>[];
};

/** A product that was bought, with what was spent on it (minor units). */
export interface BoughtProduct {
  readonly sku: string;
  name: string;
  category?: string;
  spent: number;
}

const DAY_MS = 86_400_000;
const BATCH = 2_000;
const WRITE_BATCH = 500;

/** Every customer of the shop, with what a refresh needs. */
export function readProfiles(db: Database, shopId: Types.ObjectId): Promise<Profile[]> {
  return readCustomers<Profile>(db, shopId, [...REFRESHED, 'addresses.marketing']);
}

/** Every customer of the shop, with what scoring needs: half the fields, and half the time. */
export function readScored(db: Database, shopId: Types.ObjectId): Promise<ScoredProfile[]> {
  return readCustomers<ScoredProfile>(db, shopId, SCORED);
}

/** In the order that breaks ties: by the file's customer id as text, else by our own. */
async function readCustomers<T extends ScoredProfile>(
  db: Database,
  shopId: Types.ObjectId,
  fields: readonly string[],
): Promise<T[]> {
  const projection = Object.fromEntries(fields.map((field) => [field, 1]));
  const read: { id: string; customer: T }[] = [];
  for await (const customer of db.customers.find<T>({ shopId }, { projection, batchSize: BATCH })) {
    read.push({ id: customer.externalId ?? customer._id.toHexString(), customer });
  }
  return read.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).map(({ customer }) => customer);
}

/** What customers bought, summed while the orders stream by, the products in it with what was spent on each, and on which days. */
export async function readPurchases(
  db: Database,
  shopId: Types.ObjectId,
  profiles: readonly Profile[],
  timeZone: string,
): Promise<{ purchases: Purchases; products: BoughtProduct[]; sales: Sales }> {
  const customers = new Map(profiles.map((profile, index) => [profile._id.toHexString(), index]));
  const places = new Map<string, number>();
  const products: BoughtProduct[] = [];
  const purchases: Purchases = { customer: [], product: [], amount: [], times: [] };
  const sales = { customer: [] as number[], day: [] as number[], amount: [] as number[] };
  const rowsOf = profiles.map(() => new Map<number, number>());
  const lines = { 'lines.sku': 1, 'lines.quantity': 1, 'lines.amount': 1 };
  const projection = { _id: 0, customerId: 1, at: 1, purchased: 1, ...lines };
  const local = wallClock(timeZone);
  for await (const order of db.orders.find({ shopId }, { projection, batchSize: BATCH })) {
    const customer = order.customerId ? customers.get(order.customerId.toHexString()) : undefined;
    const rows = rowsOf[customer ?? -1];
    if (customer === undefined || !rows) continue;
    if (order.purchased > 0) {
      sales.customer.push(customer);
      sales.day.push(Math.floor(local(order.at.getTime()) / DAY_MS));
      sales.amount.push(order.purchased);
    }
    for (const { sku, quantity, amount } of order.lines) {
      if (quantity <= 0 || amount <= 0) continue;
      const place = places.get(sku) ?? products.push({ sku, name: sku, spent: 0 }) - 1;
      places.set(sku, place);
      const product = products[place];
      if (product) product.spent += amount;
      const row = rows.get(place) ?? purchases.times.push(0) - 1;
      rows.set(place, row);
      purchases.customer[row] = customer;
      purchases.product[row] = place;
      purchases.amount[row] = (purchases.amount[row] ?? 0) + amount;
      purchases.times[row] = (purchases.times[row] ?? 0) + 1;
    }
  }
  await nameProducts(db, shopId, places, products);
  return { purchases, products, sales };
}

async function nameProducts(
  db: Database,
  shopId: Types.ObjectId,
  places: ReadonlyMap<string, number>,
  products: readonly BoughtProduct[],
): Promise<void> {
  const projection = { _id: 0, sku: 1, name: 1, category: 1 };
  for await (const { sku, name, category } of db.products.find({ shopId }, { projection, batchSize: BATCH })) {
    const product = products[places.get(sku) ?? -1];
    if (!product) continue;
    if (name) product.name = name;
    if (category) product.category = category;
  }
}

/** Writes what differs, in batches; nothing where nothing does. Answers how many documents were changed. */
export async function writeBack(
  db: Database,
  shopId: Types.ObjectId,
  changes: readonly { _id: Types.ObjectId; update: mongo.UpdateFilter<Customer> }[],
): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < changes.length) {
      const batch = changes.slice(next, next + WRITE_BATCH);
      next += WRITE_BATCH;
      await db.customers.bulkWrite(
        batch.map(({ _id, update }) => ({ updateOne: { filter: { shopId, _id }, update } })),
        { ordered: false },
      );
    }
  };
  // Two lanes: one batch is put together while the database writes the other.
  await Promise.all([lane(), lane()]);
  return changes.length;
}
