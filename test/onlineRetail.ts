import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { Types } from 'mongoose';
import type { Customer, Database } from '../core/index.ts';

const shared = process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../shared');
/** UCI Online Retail, as a file of order lines. */
export const onlineRetailPath = resolve(shared, 'data/online_retail.csv.gz');

/** Why the tests on Online Retail are skipped; null: the file is there. */
export const onlineRetailMissing = existsSync(onlineRetailPath) ? null : `no ${onlineRetailPath}; set KADE_SHARED`;

/** A row of Online Retail; times are the shop's wall clock, given as if in UTC. */
export interface RetailRow {
  invoice: string;
  sku: string;
  name: string;
  quantity: number;
  at: Date;
  price: number;
  customer: string;
}

/** UCI Online Retail's 541,909 rows. */
export async function* readOnlineRetail(): AsyncGenerator<RetailRow> {
  const text = gunzipSync(await readFile(onlineRetailPath)).toString();
  for (const line of text.trimEnd().split('\n').slice(1)) {
    // No cell of the file holds a line break, and few are quoted.
    const cells = line.includes('"') ? (parse(line)[0] ?? []) : line.split(',');
    const [invoice, sku, name, quantity, at, price, customer] = cells;
    yield {
      invoice: invoice ?? '',
      sku: sku ?? '',
      name: name ?? '',
      quantity: Number(quantity),
      at: new Date(`${at?.replace(' ', 'T')}Z`),
      price: Number(price),
      customer: customer?.replace(/\.0$/, '') ?? '',
    };
  }
}

const STEP = 2_000;

/** Puts Online Retail into a shop as an import leaves it (customers with figures, orders, products), without the import. */
export async function loadOnlineRetail(db: Database, shopId: Types.ObjectId): Promise<void> {
  const customers = new Map<string, Customer>();
  const orders = new Map<string, ReturnType<typeof newOrder>>();
  const names = new Map<string, string>();
  for await (const row of readOnlineRetail()) {
    if (row.name) names.set(row.sku, row.name);
    else if (!names.has(row.sku)) names.set(row.sku, row.sku);
    const customer = row.customer ? (customers.get(row.customer) ?? newCustomer(shopId, row.customer)) : undefined;
    if (customer) customers.set(row.customer, customer);
    const order = orders.get(row.invoice) ?? newOrder(shopId, row, customer?._id);
    orders.set(row.invoice, order);
    const amount = Math.round(row.quantity * row.price * 100);
    order.lines.push({ sku: row.sku, quantity: row.quantity, unitPrice: row.price * 100, amount });
    const bought = row.quantity > 0 && row.price > 0;
    order.amount += amount;
    order[bought ? 'purchased' : 'returned'] += amount;
    if (!customer) continue;
    const { figures } = customer;
    figures[bought ? 'totalSpent' : 'totalReturned'] += amount;
    if (!bought) continue;
    if (!order.counted) figures.orderCount++;
    order.counted = true;
    if (!figures.lastOrderAt || row.at > figures.lastOrderAt) figures.lastOrderAt = row.at;
    if (!figures.firstOrderAt || row.at < figures.firstOrderAt) figures.firstOrderAt = row.at;
  }
  await insertAll(customers.values(), (batch) => db.customers.insertMany(batch));
  await insertAll(orders.values(), (batch) => db.orders.insertMany(batch.map(({ counted, ...order }) => order)));
  const now = new Date(0);
  const products = [...names].map(([sku, name]) => ({
    _id: new Types.ObjectId(),
    shopId,
    sku,
    name,
    createdAt: now,
    updatedAt: now,
  }));
  await insertAll(products, (batch) => db.products.insertMany(batch));
}

function newCustomer(shopId: Types.ObjectId, externalId: string): Customer {
  const figures = { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null };
  const at = new Date(0);
  const base = { searchWords: [externalId], addresses: [], tags: [], createdAt: at, updatedAt: at };
  return { _id: new Types.ObjectId(), shopId, externalId, ...base, figures };
}

function newOrder(shopId: Types.ObjectId, row: RetailRow, customerId: Types.ObjectId | undefined) {
  const lines: { sku: string; quantity: number; unitPrice: number; amount: number }[] = [];
  return {
    _id: new Types.ObjectId(),
    shopId,
    number: row.invoice,
    ...(customerId ? { customerId } : {}),
    at: row.at,
    lines,
    amount: 0,
    purchased: 0,
    returned: 0,
    counted: false,
  };
}

async function insertAll<T>(all: Iterable<T>, insert: (batch: T[]) => Promise<unknown>): Promise<void> {
  const rest = [...all];
  while (rest.length > 0) await insert(rest.splice(0, STEP));
}
