import { performance } from 'node:perf_hooks';
import type { Types } from 'mongoose';
import type { Database } from '../../core/index.ts';
import { readScored } from '../../core/segments/readShop.ts';
import { scoreCustomers } from '../../core/segments/scoreCustomers.ts';

const RUNS = 5;

/**
 * RFM of all customers of an imported shop, seconds, median of 5: figures read, everyone scored, every score written
 * (each run begins without scores).
 */
export async function benchRfm(db: Database, shopId: Types.ObjectId): Promise<{ seconds: number; customers: number }> {
  const seconds: number[] = [];
  let customers = 0;
  for (let run = 0; run < RUNS; run++) {
    await db.customers.updateMany({ shopId }, { $unset: { value: 1 } });
    const start = performance.now();
    const profiles = await readScored(db, shopId);
    customers = await scoreCustomers(db, shopId, { timeZone: 'Asia/Colombo' }, profiles);
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds: seconds.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN, customers };
}
