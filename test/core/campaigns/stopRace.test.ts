import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressKey, eraseCustomer, launchCampaign, runCampaign, stopMarketing } from '../../../core/index.ts';
import { type Kit, openKit } from './campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());

const PEOPLE = 120;

/** A slow carrier: it answers after so many questions to the same database, about ten of which a STOP takes. */
async function wait(questions: number): Promise<void> {
  for (let asked = 0; asked < questions; asked += 1) await kit.core.db.shops.findOne({});
}

/** A campaign is sent while people leave at chosen moments (after so many sends began); tells who was written to after their leave was acknowledged. */
async function race(
  leaves: readonly { person: number; afterSends: number }[],
  slowness: readonly number[],
  leave: (address: AddressKey, person: number) => Promise<unknown>,
): Promise<{ late: string[]; events: string[] }> {
  const campaign = await kit.draft();
  const events: string[] = [];
  const pending: Promise<void>[] = [];
  let begun = 0;
  const letThemLeave = (): void => {
    for (const { person, afterSends } of leaves)
      if (afterSends === begun) {
        const address = addresses[person] as AddressKey;
        pending.push(leave(address, person).then(() => void events.push(`ack ${address.slice(4)}`)));
      }
  };
  const people = await kit.core.db.customers.find({}).sort({ _id: 1 }).toArray();
  const addresses = people.map(({ addresses: [held] }) => held?.key);
  kit.carrier.answer = async (to, deliveryId) => {
    begun += 1;
    letThemLeave();
    await wait(slowness[begun % slowness.length] ?? 0);
    events.push(`sent ${to}`);
    return { status: 'sent', providerId: deliveryId };
  };
  letThemLeave();
  await launchCampaign(kit.core, kit.shop._id, campaign._id, 1);
  await runCampaign(kit.core, kit.shop._id, campaign._id);
  await Promise.all(pending);
  const late = events.filter(
    (event, at) => event.startsWith('sent') && events.slice(0, at).includes(`ack ${event.slice(5)}`),
  );
  return { late, events };
}

const plans = fc.array(fc.record({ person: fc.nat(PEOPLE - 1), afterSends: fc.nat(PEOPLE) }), {
  minLength: 5,
  maxLength: 25,
});
const slowness = fc.array(fc.constantFrom(0, 0, 3, 9, 18, 30), { minLength: 1, maxLength: 7 });

describe('who leaves while a campaign is being sent', () => {
  it('gets none of its messages after STOP was acknowledged, whenever it comes', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plans, slowness, async (leaves, slow) => {
        await kit.clear();
        await kit.addCustomers(PEOPLE);
        const { late, events } = await race(leaves, slow, async (address) =>
          stopMarketing(kit.core, await kit.inbound(address, 'STOP')),
        );
        expect(late).toEqual([]);
        const sent = events.filter((event) => event.startsWith('sent'));
        expect(new Set(sent).size).toBe(sent.length);
        expect(await kit.core.db.deliveries.countDocuments({ status: { $in: ['queued', 'sending'] } })).toBe(0);
        expect(await kit.core.db.deliveries.countDocuments({ status: 'sent' })).toBe(sent.length);
        expect(kit.errors).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('gets none of its messages once erased, and leaves no address behind', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plans, slowness, async (leaves, slow) => {
        await kit.clear();
        await kit.addCustomers(PEOPLE);
        const people = await kit.core.db.customers.find({}).sort({ _id: 1 }).toArray();
        const once = leaves.filter(({ person }, at) => leaves.findIndex((other) => other.person === person) === at);
        const { late, events } = await race(once, slow, async (_, person) => {
          const customer = people[person];
          if (customer) await eraseCustomer(kit.core, kit.shop._id, customer._id, { evidenceId: 'test' });
        });
        expect(late).toEqual([]);
        const gone = events.filter((event) => event.startsWith('ack'));
        const erased = gone.map((event): AddressKey => `sms:${event.slice(4)}`);
        expect(await kit.core.db.deliveries.countDocuments({ to: { $in: erased } })).toBe(0);
        expect(kit.errors).toEqual([]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
