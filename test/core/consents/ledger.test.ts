import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkTo } from '../../../core/consents/chain.ts';
import {
  type AddressKey,
  type ConsentChange,
  checkLedger,
  eraseCustomer,
  migrate,
  recordConsent,
  recordConsents,
} from '../../../core/index.ts';
import { type Kit, openKit } from '../campaigns/campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

let evidence = 0;
function change(address: AddressKey, fields: Partial<ConsentChange> = {}): ConsentChange {
  evidence += 1;
  const base = { customerId: new Types.ObjectId(), topic: 'marketing', state: 'denied', source: 'keyword' } as const;
  return { ...base, address, words: 'STOP', evidenceId: `m${evidence}`, ...fields };
}
const chainOf = (address: AddressKey) => kit.core.db.consents.find({ address }).sort({ seq: 1 }).toArray();
const check = () => checkLedger(kit.core, kit.shop._id);
const ONE = 'sms:+94771111111';
const TWO = 'sms:+94772222222';

describe('the chain of an address', () => {
  it('stays one chain however many write to it at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom<AddressKey>(ONE, TWO), { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
        async (writers) => {
          await kit.clear();
          const calls = writers.map((addresses) => addresses.map((address) => change(address)));
          const added = await Promise.all(calls.map((changes) => recordConsents(kit.core, kit.shop._id, changes)));
          const rows = calls.flat().length;
          expect(added.reduce((sum, one) => sum + one, 0)).toBe(rows);
          expect(await check()).toMatchObject({ rows, flaws: [] });
        },
      ),
      // A server reads the chains anew for every lost place, over the wire.
      { numRuns: process.env.MONGODB_URI ? 4 : 15 },
    );
  });

  it('tells a row that was changed, one that was taken out, and one that was put in', async () => {
    const { consents } = kit.core.db;
    for (const address of [ONE, TWO] as const)
      for (let i = 0; i < 3; i++) await recordConsent(kit.core, kit.shop._id, change(address));
    const sound = await check();
    expect(sound).toMatchObject({ rows: 6, chains: 2, flaws: [] });

    await consents.updateOne({ address: ONE, seq: 2 }, { $set: { words: 'YES' } });
    expect((await check()).flaws).toEqual([{ address: ONE, seq: 2, what: 'changed' }]);
    await consents.updateOne({ address: ONE, seq: 2 }, { $set: { words: 'STOP', state: 'granted' } });
    expect((await check()).flaws).toEqual([{ address: ONE, seq: 2, what: 'changed' }]);
    await consents.updateOne({ address: ONE, seq: 2 }, { $set: { state: 'denied' } });
    expect(await check()).toEqual(sound);

    await consents.deleteOne({ address: TWO, seq: 1 });
    expect((await check()).flaws).toEqual([{ address: TWO, seq: 2, what: 'missing' }]);

    const forged = { ...change(ONE), at: new Date(), channel: 'sms' as const };
    const own = { _id: new Types.ObjectId(), shopId: kit.shop._id, ...forged };
    await consents.insertOne({ ...own, ...linkTo({ seq: 3, hash: 'made up' }, forged) });
    expect((await check()).flaws).toContainEqual({ address: ONE, seq: 4, what: 'missing' });
    expect((await check()).seal).not.toBe(sound.seal);
  });

  it('holds when the person is erased, and goes on when they come back', async () => {
    const [customer] = await kit.addCustomers(1);
    const address = customer?.addresses[0]?.key ?? ONE;
    const customerId = customer?._id ?? new Types.ObjectId();
    await recordConsent(kit.core, kit.shop._id, change(address, { customerId, words: 'please stop, my secret' }));
    await eraseCustomer(kit.core, kit.shop._id, customerId, { evidenceId: 'forget' });
    const left = await kit.core.db.consents.find({ shopId: kit.shop._id }).sort({ seq: 1 }).toArray();
    expect(JSON.stringify(left)).not.toMatch(/secret|9477/);
    expect(left.map(({ seq, source, channel }) => [seq, source, channel])).toEqual([
      [1, 'keyword', 'sms'],
      [2, 'erasure', 'sms'],
    ]);
    expect(await check()).toMatchObject({ rows: 2, chains: 1, flaws: [] });

    await recordConsent(kit.core, kit.shop._id, change(address, { state: 'granted', words: 'START' }));
    expect((await chainOf(address)).map(({ seq }) => seq)).toEqual([3]);
    expect(await check()).toMatchObject({ rows: 3, flaws: [] });
    await kit.core.db.consents.deleteOne({ seq: 2 });
    expect((await check()).flaws).toMatchObject([{ seq: 3, what: 'missing' }]);
  });

  it('is given to rows from before chains, oldest first, also where the migration was cut short', async () => {
    const { db } = kit.core;
    const [one, two] = [change(ONE), change(TWO)];
    const old = (fields: ConsentChange, at: string) =>
      ({ _id: new Types.ObjectId(), shopId: kit.shop._id, ...fields, at: new Date(at) }) as never;
    await db.consents.insertMany([
      old({ ...one, state: 'granted', evidenceId: 'later' }, '2026-03-02'),
      old({ ...one, topic: 'service', evidenceId: 'last' }, '2026-04-01'),
      old(one, '2026-03-01'),
      old(two, '2026-03-01'),
    ]);
    const again = async () => {
      await db.connection.collection<{ _id: string }>('migrations').deleteOne({ _id: '0005-chain-consents' });
      expect(await migrate(db.connection)).toEqual(['0005-chain-consents']);
    };
    await again();
    expect((await chainOf(ONE)).map(({ seq, evidenceId }) => [seq, evidenceId])).toEqual([
      [1, one.evidenceId],
      [2, 'later'],
      [3, 'last'],
    ]);
    expect(await check()).toMatchObject({ rows: 4, chains: 2, flaws: [] });
    const link = { seq: '', previous: '', salt: '', seal: '', hash: '' } as const;
    await db.consents.updateOne({ address: ONE, seq: 3 }, { $unset: link });
    await again();
    expect(await check()).toMatchObject({ rows: 4, chains: 2, flaws: [] });
    expect((await db.consents.indexes()).map(({ name }) => name)).toContain('shopId_1_address_1_seq_1');
  });
});
