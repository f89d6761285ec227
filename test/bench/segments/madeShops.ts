import type { Figure } from '../figure.ts';
import { countRules } from './countRules.ts';
import { openMadeShop } from './madeShop.ts';
import { refreshRules } from './refreshRules.ts';

const LINES = 10;
const EMBEDDED = { profileMs: 150, purchaseS: 1, refreshS: 10, orderMs: 10, rfmS: 2 };
const SERVER = { profileMs: 1_000, purchaseS: 5, refreshS: 120, orderMs: 10, rfmS: 30 };

/**
 * What rules and segments take on a made shop of 100,000 customers with ten order lines each, and how it grows from a tenth
 * of it; with MONGODB_URI also there, at 1,000,000 (or BENCH_CUSTOMERS).
 */
export async function benchMadeShops(): Promise<Figure[]> {
  const uri = process.env.MONGODB_URI;
  const figures = [...(await figuresOf(10_000)), ...(await figuresOf(100_000))];
  return uri ? [...figures, ...(await figuresOf(Number(process.env.BENCH_CUSTOMERS ?? 1_000_000), uri))] : figures;
}

async function figuresOf(customers: number, uri?: string): Promise<Figure[]> {
  const made = await openMadeShop({ customers, lines: customers * LINES }, uri);
  const most = uri ? SERVER : EMBEDDED;
  const label = `${customers.toLocaleString('en')} customers, ${uri ? 'server' : 'embedded'}`;
  try {
    return [...(await countRules(made, label, most)), ...(await refreshRules(made, label, most))];
  } finally {
    await made.close();
  }
}
