import { hash as digest } from 'node:crypto';
import { Types } from 'mongoose';
import { type DatabaseAddress, withDatabase } from '../db/database.ts';
import type { AddressKey } from '../message.ts';
import { getShop } from '../shops/shops.ts';
import { findFlaw, NO_TAIL, type Tail } from './chain.ts';
import type { Consent } from './consent.model.ts';
import { erasedAddress } from './tombstone.ts';

/** A row that does not follow the one before it. */
export interface LedgerFlaw {
  readonly address: AddressKey;
  readonly seq: number;
  readonly what: 'missing' | 'changed';
}

/** What a look through a shop's whole ledger found. */
export interface LedgerCheck {
  readonly rows: number;
  readonly chains: number;
  /** SHA-256 over the ends of all chains: written down elsewhere, it tells later that rows up to now are as they were */
  readonly seal: string;
  /** at most 20, and at most one a chain */
  readonly flaws: readonly LedgerFlaw[];
}

/** The shop whose ledger is to be looked through. */
export interface LedgerTask extends DatabaseAddress {
  readonly shopId: string;
}

const MOST_FLAWS = 20;

/** Recomputes every hash of a shop's consent ledger. Heavy: runs in a thread (see checkLedger). */
export function verifyLedger(task: LedgerTask): Promise<LedgerCheck> {
  return withDatabase(task, async (db) => {
    const shop = await getShop(db, new Types.ObjectId(task.shopId));
    const flaws: LedgerFlaw[] = [];
    const ends: string[] = [];
    let rows = 0;
    let end: (Tail & { address: AddressKey; flawed: boolean }) | undefined;
    /** Where the rows of this address begin: in the air, or behind those that it had before it was erased. */
    const beginning = async (row: Consent): Promise<Tail> => {
      if (row.seq === 1) return NO_TAIL;
      const before = { shopId: shop._id, address: erasedAddress(shop, row.address), seq: row.seq - 1 };
      return (await db.consents.findOne(before)) ?? NO_TAIL;
    };
    const ledger = db.consents.find({ shopId: shop._id, seq: { $gt: 0 } }).sort({ shopId: 1, address: 1, seq: 1 });
    for await (const row of ledger) {
      rows += 1;
      const follows = end?.address === row.address;
      if (end && !follows) ends.push(end.hash);
      const before: Tail = end && follows ? end : await beginning(row);
      const flawed = follows && end?.flawed === true;
      const what = flawed ? null : findFlaw(before, row);
      if (what && flaws.length < MOST_FLAWS) flaws.push({ address: row.address, seq: row.seq, what });
      end = { address: row.address, seq: row.seq, hash: row.hash, flawed: flawed || what !== null };
    }
    if (end) ends.push(end.hash);
    return { rows, chains: ends.length, seal: digest('sha256', ends.sort().join('\n')), flaws };
  });
}
