// A made shop in Kade's own shape, the same every time: who they are, what they bought, how they may be reached.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import {
  type Customer,
  type CustomerAddress,
  connectDatabase,
  type Database,
  migrate,
  type Order,
  openShop,
  type Shop,
  startEmbedded,
} from '../../../core/index.ts';
import { seeded } from '../../../core/seeded.ts';
import { VALUE_SEGMENTS } from '../../../core/segments/rfm.ts';
import { bucketOf } from '../../../core/segments/sample.ts';

/** How large it is; an order has five lines on average. */
export interface ShopSize {
  readonly customers: number;
  readonly lines: number;
}

/** Its last day; orders lie evenly in the two years before. */
export const MADE_NOW = new Date('2026-11-21T04:30:00Z');
const DAYS = 730;
const DAY_MS = 24 * 3600_000;
const LINES_PER_ORDER = 5;
export const PRODUCTS = 2_000;
export const CATEGORIES = 20;
export const CITIES = [
  ['Colombo', 'Kandy', 'Galle', 'Negombo', 'Jaffna', 'Kurunegala', 'Matara', 'Batticaloa', 'Trincomalee', 'Gampaha'],
  ['Anuradhapura', 'Nuwara Eliya', 'Badulla', 'Ratnapura', 'Hambantota', 'Vavuniya', 'Mannar', 'Puttalam', 'Kegalle'],
].flat();
export const TAGS = ['vip', 'wholesale', 'staff', 'corporate', 'birthday-club'];
const BATCH = 2_000;

/** The id of the nth document of a kind. */
function idOf(kind: number, n: number): Types.ObjectId {
  return new Types.ObjectId(`65${kind.toString(16).padStart(6, '0')}${n.toString(16).padStart(16, '0')}`);
}

/** Few are picked often, many seldom. */
function skewed(random: () => number, size: number): number {
  return Math.floor(random() ** 2 * size);
}

export interface MadeShop {
  readonly db: Database;
  readonly shop: Shop;
  close(): Promise<void>;
}

/** The shop of this size in an embedded database of its own, or at `uri` in one that is dropped at the end. */
export async function openMadeShop(size: ShopSize, uri?: string): Promise<MadeShop> {
  const folder = await mkdtemp(join(tmpdir(), 'kade-bench-'));
  const embedded = uri ? null : await startEmbedded({ folder });
  const db = await connectDatabase(embedded?.uri ?? uri ?? '', `bench_${randomUUID().slice(0, 8)}`);
  await migrate(db.connection);
  const shop = await openShop(db, { now: () => MADE_NOW });
  await fill(db, shop._id, size);
  return {
    db,
    shop,
    async close() {
      if (!embedded) await db.connection.dropDatabase();
      await db.connection.close();
      await embedded?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill(db: Database, shopId: Types.ObjectId, { customers, lines }: ShopSize): Promise<void> {
  await db.products.insertMany(Array.from({ length: PRODUCTS }, (_, n) => productOf(shopId, n)));
  const perCustomer = lines / LINES_PER_ORDER / customers;
  const insert = { ordered: false };
  for (let from = 0; from < customers; from += BATCH) {
    const made = Array.from({ length: Math.min(BATCH, customers - from) }, (_, i) =>
      customerOf(shopId, from + i, perCustomer),
    );
    const orders = made.flatMap((one) => one.orders);
    await db.customers.insertMany(
      made.map(({ customer }) => customer),
      insert,
    );
    for (let at = 0; at < orders.length; at += BATCH) await db.orders.insertMany(orders.slice(at, at + BATCH), insert);
  }
}

function productOf(shopId: Types.ObjectId, n: number) {
  const name = `Product ${n}`;
  const category = `Category ${n % CATEGORIES}`;
  return { _id: idOf(3, n), shopId, sku: `P${n}`, name, category, createdAt: MADE_NOW, updatedAt: MADE_NOW };
}

/** The nth customer with their orders; half of all have bought less than the average. */
function customerOf(shopId: Types.ObjectId, n: number, perCustomer: number): { customer: Customer; orders: Order[] } {
  const random = seeded(n + 1);
  const _id = idOf(1, n);
  const count = Math.floor(-Math.log(1 - random()) * (perCustomer + 0.5));
  const orders = Array.from({ length: count }, (_, place) => orderOf(shopId, _id, n, place, random)).sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  );
  const totalSpent = orders.reduce((sum, { purchased }) => sum + purchased, 0);
  const segment = VALUE_SEGMENTS[Math.floor(random() * VALUE_SEGMENTS.length)] ?? 'lost';
  const score = { recencyDays: 0, frequency: count, money: totalSpent, r: 1, f: 1, m: 1, segment };
  const customer: Customer = {
    _id,
    shopId,
    bucket: bucketOf(_id.toHexString()),
    externalId: `C${n}`,
    name: `Customer ${n}`,
    searchWords: ['customer', String(n), `c${n}`],
    addresses: addressesOf(n, random),
    tags: TAGS.filter(() => random() < 0.05),
    country: 'LK',
    language: (['en', 'si', 'ta'] as const)[Math.floor(random() * 3)] ?? 'en',
    ...(random() < 0.9 ? { city: CITIES[skewed(random, CITIES.length)] ?? 'Kandy' } : {}),
    ...(random() < 0.8 ? { gender: random() < 0.6 ? ('female' as const) : ('male' as const) } : {}),
    ...(random() < 0.7 ? { birthday: new Date(Date.UTC(1950 + Math.floor(random() * 60), 0, random() * 365)) } : {}),
    figures: {
      orderCount: count,
      totalSpent,
      totalReturned: 0,
      firstOrderAt: orders[0]?.at ?? null,
      lastOrderAt: orders.at(-1)?.at ?? null,
    },
    ...(count > 0 ? { value: score, preference: `preference:category-${Math.floor(random() * 6)}` } : {}),
    createdAt: orders[0]?.at ?? dayBefore(random() * DAYS),
    updatedAt: MADE_NOW,
  };
  return { customer, orders };
}

function dayBefore(days: number): Date {
  return new Date(MADE_NOW.getTime() - days * DAY_MS);
}

function addressesOf(n: number, random: () => number): CustomerAddress[] {
  const granted = () => (random() < 0.7 ? 'granted' : random() < 0.3 ? 'denied' : 'unknown');
  const phone = `+9477${String(1_000_000 + n)}`;
  const email = `c${n}@example.lk`;
  return [
    ...(random() < 0.9
      ? [{ key: `sms:${phone}`, channel: 'sms', value: phone, marketing: granted(), service: 'unknown' } as const]
      : []),
    ...(random() < 0.5
      ? [{ key: `email:${email}`, channel: 'email', value: email, marketing: granted(), service: 'unknown' } as const]
      : []),
  ];
}

function orderOf(
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  n: number,
  place: number,
  random: () => number,
): Order {
  const lines = Array.from({ length: 1 + Math.floor(random() * (2 * LINES_PER_ORDER - 1)) }, () => {
    const quantity = 1 + Math.floor(random() * 4);
    const unitPrice = 10_000 + Math.floor(random() * 500_000);
    return { sku: `P${skewed(random, PRODUCTS)}`, quantity, unitPrice, amount: quantity * unitPrice };
  });
  const amount = lines.reduce((sum, line) => sum + line.amount, 0);
  return {
    _id: idOf(2, n * 1_000 + place),
    shopId,
    number: `A${n}-${place}`,
    customerId,
    at: dayBefore(random() * DAYS),
    lines,
    amount,
    purchased: amount,
    returned: 0,
  };
}
