import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Campaign,
  type Core,
  campaignReport,
  launchCampaign,
  recordReceipts,
  resumeCampaigns,
  runCampaign,
} from '../../../core/index.ts';
import { type Kit, openKit } from './campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());

const PEOPLE = 130;

/** A process that dies at its nth question to the database: that one and all later ones fail, what is on its way to the carrier arrives. */
function dyingCore(core: Core, steps: number): { core: Core; died: () => boolean } {
  let left = steps;
  const watch = <T extends object>(collection: T): T =>
    new Proxy(collection, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          left -= 1;
          if (left < 0) throw new Error('killed');
          return value.apply(target, args);
        };
      },
    });
  const { customers, deliveries, campaigns } = core.db;
  const db = { ...core.db, customers: watch(customers), deliveries: watch(deliveries), campaigns: watch(campaigns) };
  return { core: { ...core, db }, died: () => left < 0 };
}

async function sendAndDie(steps: number): Promise<{ campaign: Campaign; died: boolean }> {
  await kit.clear();
  await kit.addCustomers(PEOPLE, (index) => (index % 13 === 0 ? { marketing: 'denied' } : {}));
  const campaign = await kit.draft();
  const dying = dyingCore(kit.core, steps);
  try {
    await launchCampaign(dying.core, kit.shop._id, campaign._id, 1);
    await runCampaign(dying.core, kit.shop._id, campaign._id);
  } catch (error) {
    expect(error).toMatchObject({ message: 'killed' });
  }
  return { campaign, died: dying.died() };
}

it('killed at any step and started again, everyone gets the message once or not at all, and the report says which', {
  timeout: 180_000,
}, async () => {
  let unknown = 0;
  for (let steps = 0; ; steps += 1) {
    const { campaign, died } = await sendAndDie(steps);
    if (!died) {
      expect(steps).toBeGreaterThan(20);
      break;
    }
    kit.jobs.length = 0;
    kit.errors.length = 0;
    await resumeCampaigns(kit.core, kit.shop._id);
    await kit.runJobs();
    if ((await kit.core.db.campaigns.findOne({ _id: campaign._id }))?.status === 'draft') await kit.launch(campaign);
    const to = kit.carrier.log.map((sent) => sent.to);
    expect(new Set(to).size).toBe(to.length);
    const report = await campaignReport(kit.core, kit.shop._id, campaign._id);
    expect([steps, report.campaign.status, report.planned, report.counts.skipped]).toEqual([steps, 'done', PEOPLE, 10]);
    expect([steps, report.counts.sent + report.counts.unknown]).toEqual([steps, PEOPLE - 10]);
    expect(report.counts.sent).toBeLessThanOrEqual(to.length);
    unknown += report.counts.unknown;
    const late = kit.carrier.log.map(({ deliveryId }) => ({
      channel: 'sms' as const,
      providerId: `p-${deliveryId}`,
      deliveryId,
      status: 'delivered' as const,
      at: kit.core.clock.now(),
    }));
    await recordReceipts(kit.core, kit.shop._id, late);
    const settled = await campaignReport(kit.core, kit.shop._id, campaign._id);
    expect(settled.counts.delivered).toBe(to.length);
    expect(settled.counts.unknown).toBe(PEOPLE - 10 - to.length);
    // The killed one may have been looking at segments.
    expect(kit.errors.filter((line) => !line.startsWith('segments.follow Error: killed'))).toEqual([]);
  }
  expect(unknown).toBeGreaterThan(0);
});
