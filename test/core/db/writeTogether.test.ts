import { mongo, Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeTogether } from '../../../core/db/writeTogether.ts';
import type { Database } from '../../../core/index.ts';
import { openTestDatabase } from '../../database.ts';

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
});
afterAll(() => close());

const shopId = new Types.ObjectId();
const row = (providerId: string) => ({
  _id: new Types.ObjectId(),
  shopId,
  providerId,
  from: 'telegram:1' as const,
  at: new Date(0),
  waiting: true,
});

describe('writes of the same moment', () => {
  test('go in one command of each kind; what may not be fails alone', async () => {
    const known = row('known');
    await db.inbound.insertOne(known);
    const bulk = vi.spyOn(db.inbound, 'bulkWrite');
    const outcomes = await Promise.allSettled([
      writeTogether(db.inbound, { insertOne: { document: row('new') } }),
      writeTogether(db.inbound, { insertOne: { document: row('known') } }),
      writeTogether(db.inbound, { updateOne: { filter: { _id: known._id }, update: { $unset: { waiting: '' } } } }),
      writeTogether(db.inbound, { insertOne: { document: row('twice') } }),
      writeTogether(db.inbound, { insertOne: { document: row('twice') } }),
    ]);
    expect(bulk).toHaveBeenCalledTimes(1);
    expect(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'written'))).toEqual([
      'written',
      11000,
      'written',
      'written',
      11000,
    ]);
    const rows = await db.inbound.find({ shopId }).sort({ _id: 1 }).toArray();
    expect(rows.map(({ providerId, waiting }) => [providerId, waiting ?? false])).toEqual([
      ['known', false],
      ['new', true],
      ['twice', true],
    ]);
    bulk.mockRestore();
  });

  test('are tried again where an engine ended one for another’s sake', async () => {
    const conflict = new mongo.MongoBulkWriteError({ message: 'conflict', code: 112, writeErrors: [] }, {} as never);
    conflict.writeErrors = [{ index: 1, code: 112, errmsg: 'conflict' } as mongo.WriteError];
    const bulk = vi.spyOn(db.inbound, 'bulkWrite').mockRejectedValueOnce(conflict);
    await Promise.all([
      writeTogether(db.inbound, { insertOne: { document: row('a') } }),
      writeTogether(db.inbound, { insertOne: { document: row('b') } }),
    ]);
    expect(bulk.mock.calls.map(([writes]) => writes.length)).toEqual([2, 1]);
    bulk.mockRestore();
  });

  test('are all told where the command failed', async () => {
    const gone = Object.assign(new Error('disk'), { code: 14031 });
    const bulk = vi.spyOn(db.inbound, 'bulkWrite').mockRejectedValueOnce(gone);
    const outcomes = await Promise.allSettled(
      ['c', 'd'].map((id) => writeTogether(db.inbound, { insertOne: { document: row(id) } })),
    );
    expect(outcomes).toMatchObject([{ reason: { code: 14031 } }, { reason: { code: 14031 } }]);
    bulk.mockRestore();
  });
});
