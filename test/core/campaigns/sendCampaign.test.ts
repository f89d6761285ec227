import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  campaignReport,
  cancelCampaign,
  getCampaign,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
  resumeCampaigns,
  runCampaign,
  scheduleCampaign,
} from '../../../core/index.ts';
import { type Kit, openKit } from './campaignKit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());
beforeEach(() => kit.clear());

const ids = (list: { to: string }[]) => list.map(({ to }) => to);

describe('a campaign', () => {
  it('writes one row for everyone and sends to whom the gate allows', async () => {
    await kit.addCustomers(1100, (index) => (index % 10 === 0 ? { marketing: 'unknown' } : {}));
    await kit.addCustomers(3, () => ({ addresses: [] }));
    await kit.addCustomers(2, () => ({ blocked: true }));
    const campaign = await kit.draft();
    await kit.launch(campaign);
    expect(await kit.rows(campaign)).toEqual({
      sent: 990,
      'skipped no_consent': 110,
      'skipped no_address': 3,
      'skipped blocked': 2,
    });
    expect(kit.carrier.log).toHaveLength(990);
    expect(new Set(ids(kit.carrier.log)).size).toBe(990);
    expect(kit.carrier.log[0]?.text).toBe('Hi Person!\nReply STOP to opt out');
    expect((await getCampaign(kit.core, kit.shop._id, campaign._id)).status).toBe('done');
    expect(kit.notices.map(({ kind }) => kind)).toEqual([
      'campaign.progress',
      'campaign.progress',
      'campaign.finished',
    ]);
    expect(kit.core.work.isIdle('web:owner')).toBe(true);
    expect(kit.errors).toEqual([]);
  });

  it('is launched once by two taps', async () => {
    await kit.addCustomers(20);
    const campaign = await kit.draft();
    const taps = await Promise.all([1, 2].map(() => launchCampaign(kit.core, kit.shop._id, campaign._id, 1)));
    expect(taps.map(({ changed }) => changed).sort()).toEqual([false, true]);
    await Promise.all([1, 2].map(() => runCampaign(kit.core, kit.shop._id, campaign._id)));
    expect(kit.carrier.log).toHaveLength(20);
    expect((await launchCampaign(kit.core, kit.shop._id, campaign._id, 1)).changed).toBe(false);
  });

  it('refuses a launch whose text was changed after it was read back', async () => {
    const campaign = await kit.draft();
    await kit.core.db.campaigns.updateOne({ _id: campaign._id }, { $inc: { version: 1 } });
    await expect(launchCampaign(kit.core, kit.shop._id, campaign._id, 1)).rejects.toMatchObject({
      code: 'campaign_changed',
    });
  });

  it('stops within the groups on their way when paused, and goes on when resumed', async () => {
    await kit.addCustomers(1000);
    const campaign = await kit.draft();
    let sent = 0;
    kit.carrier.answer = async (_, deliveryId) => {
      sent += 1;
      if (sent === 120) await pauseCampaign(kit.core, kit.shop._id, campaign._id);
      return { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    expect(sent).toBeLessThanOrEqual(120 + 3 * 50);
    expect(await kit.rows(campaign)).toEqual({ sent, queued: 1000 - sent });
    expect((await getCampaign(kit.core, kit.shop._id, campaign._id)).status).toBe('paused');
    await Promise.all([1, 2].map(() => resumeCampaign(kit.core, kit.shop._id, campaign._id)));
    await kit.runJobs();
    expect(await kit.rows(campaign)).toEqual({ sent: 1000 });
    expect(new Set(ids(kit.carrier.log)).size).toBe(1000);
  });

  it('pauses when the provider refuses the shop itself: nobody has failed, and all get it once it is mended', async () => {
    await kit.addCustomers(300);
    const campaign = await kit.draft();
    let asked = 0;
    let refusing = true;
    kit.carrier.answer = (_, deliveryId) => {
      asked += 1;
      if (refusing && asked > 20) return { status: 'failed', reason: 'sender_wrong', incident: 'sender_refused' };
      return { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    expect(asked).toBeLessThanOrEqual(3 * 50);
    expect(await kit.rows(campaign)).toEqual({ sent: 20, queued: 280 });
    const paused = await getCampaign(kit.core, kit.shop._id, campaign._id);
    expect([paused.status, paused.reason]).toEqual(['paused', 'provider_refused']);
    expect(kit.notices).toContainEqual(
      expect.objectContaining({ kind: 'campaign.paused', reason: 'provider_refused' }),
    );
    refusing = false;
    await resumeCampaign(kit.core, kit.shop._id, campaign._id);
    await kit.runJobs();
    expect(await kit.rows(campaign)).toEqual({ sent: 300 });
    expect(new Set(ids(kit.carrier.log)).size).toBe(300);
  });

  it('asks the gate again just before each send', async () => {
    await kit.addCustomers(400);
    const campaign = await kit.draft();
    let sent = 0;
    let blocking: Promise<unknown> | undefined;
    kit.carrier.answer = async (_, deliveryId) => {
      sent += 1;
      blocking ??= kit.core.db.customers.updateMany({}, { $set: { blocked: true } });
      await blocking;
      return { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    expect(sent).toBeLessThanOrEqual(3 * 50);
    expect(await kit.rows(campaign)).toEqual({ sent, 'skipped blocked': 400 - sent });
  });

  it('never sends what a cancel took back', async () => {
    await kit.addCustomers(500);
    const campaign = await kit.draft();
    let sent = 0;
    let cancelling: Promise<unknown> | undefined;
    kit.carrier.answer = async (_, deliveryId) => {
      sent += 1;
      if (sent === 60) cancelling = cancelCampaign(kit.core, kit.shop._id, campaign._id);
      return sent % 7 === 0
        ? { status: 'retry', afterMs: 0, reason: 'busy' }
        : { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    await cancelling;
    const rows = await kit.rows(campaign);
    expect(rows.sent).toBe(kit.carrier.log.length);
    expect(Object.keys(rows).filter((key) => key.startsWith('queued') || key.startsWith('sending'))).toEqual([]);
    expect((await getCampaign(kit.core, kit.shop._id, campaign._id)).status).toBe('cancelled');
  });

  it('sleeps through quiet hours that begin in mid-send, tells it once and wakes by itself', async () => {
    await kit.addCustomers(400);
    const campaign = await kit.draft();
    let sent = 0;
    kit.carrier.answer = (_, deliveryId) => {
      sent += 1;
      if (sent === 100) kit.setTime('2026-11-21T13:30:00Z');
      return { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    const paused = await getCampaign(kit.core, kit.shop._id, campaign._id);
    expect([paused.status, paused.reason]).toEqual(['paused', 'quiet_hours']);
    expect(kit.notices.filter(({ kind }) => kind === 'campaign.paused')).toHaveLength(1);
    expect(sent).toBeLessThan(400);
    expect(kit.jobs.map(({ at }) => at?.toISOString())).toEqual(['2026-11-22T03:30:00.000Z']);
    kit.setTime('2026-11-22T03:30:00Z');
    await kit.runJobs();
    expect(await kit.rows(campaign)).toEqual({ sent: 400 });
  });

  it('asks before it goes out long after its hour', async () => {
    await kit.addCustomers(5);
    const campaign = await kit.draft();
    await scheduleCampaign(kit.core, kit.shop._id, campaign._id, 1, new Date('2026-11-21T08:00:00Z'));
    await kit.runJobs();
    expect(kit.carrier.log).toHaveLength(0);
    kit.setTime('2026-11-21T09:30:00Z');
    await kit.runJobs();
    expect(kit.notices).toMatchObject([{ kind: 'campaign.paused', reason: 'late' }]);
    await resumeCampaign(kit.core, kit.shop._id, campaign._id);
    await kit.runJobs();
    expect(kit.carrier.log).toHaveLength(5);
  });

  it('tries again later when the carrier asks, and gives up after five times', async () => {
    await kit.addCustomers(2);
    const campaign = await kit.draft();
    let asked = 0;
    kit.carrier.answer = (to, deliveryId) => {
      if (to.endsWith('1')) asked += 1;
      return to.endsWith('1') || asked < 2
        ? { status: 'retry', afterMs: 60_000, reason: 'busy' }
        : { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    for (let minute = 31; minute < 40; minute += 1) {
      kit.setTime(`2026-11-21T06:${minute + 1}:00Z`);
      await kit.runJobs();
    }
    expect(asked).toBe(5);
    expect(await kit.rows(campaign)).toEqual({ sent: 1, 'failed busy': 1 });
  });

  it('keeps the weekly cap over several campaigns', async () => {
    await kit.core.db.shops.updateOne({}, { $set: { weeklyCap: 2 } });
    await kit.addCustomers(10);
    for (let round = 0; round < 3; round += 1) await kit.launch(await kit.draft());
    expect(kit.carrier.log).toHaveLength(20);
    kit.setTime('2026-11-28T06:31:00Z');
    await kit.launch(await kit.draft());
    expect(kit.carrier.log).toHaveLength(30);
    const two = await Promise.all([kit.draft(), kit.draft(), kit.draft()]);
    for (const one of two) await launchCampaign(kit.core, kit.shop._id, one._id, 1);
    kit.jobs.length = 0;
    await Promise.all(two.map((one) => runCampaign(kit.core, kit.shop._id, one._id)));
    expect(kit.carrier.log.length).toBeLessThanOrEqual(40);
    await kit.core.db.shops.updateOne({}, { $set: { weeklyCap: 100 } });
  });

  it('reports what the carrier knows', async () => {
    await kit.addCustomers(50, (index) => (index < 5 ? { marketing: 'denied' } : {}));
    const campaign = await kit.draft();
    let sent = 0;
    kit.carrier.answer = (_, deliveryId) => {
      sent += 1;
      return sent % 9 === 0 ? { status: 'failed', reason: 'unreachable' } : { status: 'sent', providerId: deliveryId };
    };
    await kit.launch(campaign);
    const report = await campaignReport(kit.core, kit.shop._id, campaign._id);
    expect(report).toMatchObject({
      planned: 50,
      funnel: { addressed: 45, sent: 40, delivered: 0, read: 0 },
      parts: 40,
      cost: 40 * 75,
      reasons: expect.arrayContaining([
        { status: 'skipped', reason: 'opted_out', count: 5 },
        { status: 'failed', reason: 'unreachable', count: 5 },
      ]),
    });
    expect(kit.carrier.log).toHaveLength(40);
  });

  it('is taken on at the start after a crash: nobody twice, every doubt shown', async () => {
    await kit.addCustomers(300);
    const campaign = await kit.draft();
    const { deliveries } = kit.core.db;
    let groups = 0;
    // The database goes away after the messages of the third group have left.
    const broken = new Proxy(deliveries, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name === 'bulkWrite')
          return (...args: Parameters<typeof deliveries.bulkWrite>) => {
            groups += 1;
            if (groups >= 3) throw new Error('crash');
            return target.bulkWrite(...args);
          };
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const crashing = { ...kit.core, db: { ...kit.core.db, deliveries: broken } };
    await launchCampaign(kit.core, kit.shop._id, campaign._id, 1);
    await runCampaign(crashing, kit.shop._id, campaign._id);
    kit.jobs.length = 0;
    const left = kit.carrier.log.length;
    expect(left).toBeGreaterThanOrEqual(150);
    await resumeCampaigns(kit.core, kit.shop._id);
    await kit.runJobs();
    const rows = await kit.rows(campaign);
    expect(new Set(ids(kit.carrier.log)).size).toBe(300);
    expect(kit.carrier.log).toHaveLength(300);
    expect((rows.sent ?? 0) + (rows['unknown interrupted'] ?? 0)).toBe(300);
    expect(rows['unknown interrupted']).toBeGreaterThanOrEqual(50);
  });
});
