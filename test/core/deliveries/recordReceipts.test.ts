import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERY_MOVES, DELIVERY_STATUSES } from '../../../core/deliveries/delivery.model.ts';
import {
  type Delivery,
  type DeliveryStatus,
  launchCampaign,
  type Receipt,
  recordReceipt,
  recordReceipts,
  runCampaign,
} from '../../../core/index.ts';
import { type Kit, openKit } from '../campaigns/campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());
beforeEach(() => kit.clear());

const AT = new Date('2026-11-21T07:00:00Z');

async function row(status: DeliveryStatus, providerId?: string): Promise<Delivery> {
  const delivery: Delivery = {
    _id: new Types.ObjectId(),
    shopId: kit.shop._id,
    campaignId: new Types.ObjectId(),
    customerId: new Types.ObjectId(),
    to: 'sms:+94770000000',
    channel: 'sms',
    topic: 'marketing',
    message: { text: 'x' },
    status,
    createdAt: AT,
    ...(providerId ? { providerId } : {}),
  };
  await kit.core.db.deliveries.insertOne(delivery);
  return delivery;
}
const statusOf = async ({ _id }: Delivery) => (await kit.core.db.deliveries.findOne({ _id }))?.status;
const receipt = (status: Receipt['status'], fields: Partial<Receipt>): Receipt => ({
  channel: 'sms',
  providerId: 'p1',
  status,
  at: AT,
  ...fields,
});

describe('receipts', () => {
  it('move a delivery forward only, in any order and however often they come', async () => {
    const statuses = fc.constantFrom('delivered' as const, 'read' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(statuses, { minLength: 1, maxLength: 8 }), fc.boolean(), async (order, atOnce) => {
        await kit.clear();
        const delivery = await row('sent', 'p1');
        const receipts = order.map((status) => receipt(status, {}));
        if (atOnce) await Promise.all(receipts.map((one) => recordReceipt(kit.core, kit.shop._id, one)));
        else await recordReceipts(kit.core, kit.shop._id, receipts);
        expect(await statusOf(delivery)).toBe(order.includes('read') ? 'read' : 'delivered');
      }),
      { numRuns: 40 },
    );
  });

  it('do for every status what the table of moves says', async () => {
    for (const before of DELIVERY_STATUSES)
      for (const status of ['delivered', 'read', 'failed'] as const) {
        const delivery = await row(before);
        const given = receipt(status, {
          providerId: delivery._id.toHexString(),
          deliveryId: delivery._id.toHexString(),
        });
        await recordReceipt(kit.core, kit.shop._id, given);
        expect([before, status, await statusOf(delivery)]).toEqual([
          before,
          status,
          DELIVERY_MOVES[before].includes(status) ? status : before,
        ]);
      }
  });

  it('settle what a crash left unknown, and keep the provider’s id', async () => {
    const delivery = await row('unknown');
    await recordReceipt(kit.core, kit.shop._id, receipt('delivered', { deliveryId: delivery._id.toHexString() }));
    expect(await kit.core.db.deliveries.findOne({ _id: delivery._id })).toMatchObject({
      status: 'delivered',
      providerId: 'p1',
      deliveredAt: AT,
    });
  });

  it('of nobody’s message, of another shop or with a broken id change nothing', async () => {
    const delivery = await row('sent', 'p1');
    await recordReceipts(kit.core, kit.shop._id, [
      receipt('read', { providerId: 'other' }),
      receipt('read', { providerId: 'other', deliveryId: 'nonsense' }),
      receipt('read', { deliveryId: new Types.ObjectId().toHexString() }),
    ]);
    await recordReceipt(kit.core, new Types.ObjectId(), receipt('read', {}));
    expect(await statusOf(delivery)).toBe('sent');
  });

  it('that overtake the answer to their own send are not lost', async () => {
    await kit.addCustomers(120);
    const campaign = await kit.draft();
    const early: Promise<void>[] = [];
    let sent = 0;
    kit.carrier.answer = (_, deliveryId) => {
      sent += 1;
      const withId = sent % 2 === 0 ? { deliveryId } : {};
      early.push(
        recordReceipt(kit.core, kit.shop._id, receipt('delivered', { providerId: `p-${deliveryId}`, ...withId })),
      );
      return { status: 'sent', providerId: `p-${deliveryId}` };
    };
    await launchCampaign(kit.core, kit.shop._id, campaign._id, 1);
    await runCampaign(kit.core, kit.shop._id, campaign._id);
    await Promise.all(early);
    expect(await kit.rows(campaign)).toEqual({ delivered: 120 });
  });
});
