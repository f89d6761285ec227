import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AddressKey, recordConsents } from '../../../core/index.ts';
import { type Kit, openKit } from '../campaigns/campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());

it('the ledger is read by its chains, however long it is', async () => {
  const { db } = kit.core;
  const shopId = kit.shop._id;
  const addresses = Array.from({ length: 400 }, (_, i): AddressKey => `sms:+9477${String(i).padStart(7, '0')}`);
  const row = { customerId: new Types.ObjectId(), topic: 'marketing', state: 'denied', source: 'keyword' } as const;
  await recordConsents(
    kit.core,
    shopId,
    addresses.map((address, i) => ({ ...row, address, words: 'STOP', evidenceId: `m${i}` })),
  );
  const few = { $in: addresses.slice(0, 3) };
  const plans = {
    tails: await db.consents.find({ shopId, address: few, seq: { $gt: 0 } }).explain('executionStats'),
    replay: await db.consents
      .find({ shopId, address: few, seq: { $gt: 0 } })
      .sort({ address: 1, seq: 1 })
      .explain('executionStats'),
    before: await db.consents.find({ shopId, address: addresses[0] as AddressKey, seq: 1 }).explain('executionStats'),
    answers: await db.consents.find({ shopId, evidenceId: 'm5', source: 'doubt' }).explain('executionStats'),
    tombstone: await db.tombstones.find({ shopId, hash: 'x' }).explain('executionStats'),
    wording: await db.wordings.find({ shopId, version: 'x' }).explain('executionStats'),
  };
  const looked = Object.entries(plans).map(([name, plan]) => [name, plan.executionStats.totalDocsExamined <= 3]);
  expect(looked).toEqual(Object.keys(plans).map((name) => [name, true]));
});
