import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { addressOf } from '../db/database.ts';
import { runInThread } from '../threads/runInThread.ts';
import type { LedgerCheck, verifyLedger } from './verifyLedger.ts';

/** Looks through a shop's whole consent ledger in a thread: is every row there, as it was written? */
export function checkLedger(core: Core, shopId: Types.ObjectId): Promise<LedgerCheck> {
  const task = { ...addressOf(core.db), shopId: shopId.toHexString() };
  return runInThread<typeof verifyLedger>('verifyLedger', import.meta.url, task);
}
