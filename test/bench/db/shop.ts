// A made shop, the same every time: customers, and orders of five lines in Kade's own shape.
import { ObjectId } from 'bson';
import { seeded } from '../../../core/seeded.ts';

export const LINES_PER_ORDER = 5;
const PRODUCTS = 2_000;
const CITIES = ['Kandy', 'Colombo', 'Galle', 'Jaffna', 'Matara', 'Negombo', 'Badulla', 'Kurunegala'];
const FIRST = Date.UTC(2024, 0, 1);
const DAYS = 700;

/** The id of the nth document of a kind. */
export function idOf(kind: number, n: number): ObjectId {
  return new ObjectId(`65${kind.toString(16).padStart(6, '0')}${n.toString(16).padStart(16, '0')}`);
}

export function customerOf(n: number) {
  const random = seeded(n + 1);
  const phone = `+9477${String(1_000_000 + n)}`;
  return {
    externalId: `C${n}`,
    name: `Customer ${n}`,
    city: CITIES[Math.floor(random() * CITIES.length)],
    addresses: [{ key: `sms:${phone}`, channel: 'sms', value: phone, marketing: 'granted', service: 'unknown' }],
    figures: { orderCount: Math.floor(random() * 20), totalSpent: Math.floor(random() * 1e6) },
    createdAt: new Date(FIRST + Math.floor(random() * DAYS) * 86_400_000),
  };
}

export function orderOf(n: number, customers: number, lines = LINES_PER_ORDER) {
  const random = seeded(n + 7_000_001);
  const sold = Array.from({ length: lines }, () => {
    const quantity = 1 + Math.floor(random() * 9);
    const unitPrice = 100 + Math.floor(random() * 10_000);
    return { sku: `P${Math.floor(random() * PRODUCTS)}`, quantity, unitPrice, amount: quantity * unitPrice };
  });
  return {
    _id: idOf(2, n),
    number: `A${n}`,
    customerId: idOf(1, Math.floor(random() * customers)),
    at: new Date(FIRST + Math.floor(random() * DAYS * 86_400) * 1000),
    lines: sold,
    amount: sold.reduce((sum, line) => sum + line.amount, 0),
  };
}
