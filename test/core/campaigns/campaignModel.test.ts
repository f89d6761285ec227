import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DELIVERY_MOVES, type DeliveryStatus } from '../../../core/deliveries/delivery.model.ts';
import {
  CAMPAIGN_MOVES,
  type Campaign,
  type CampaignStatus,
  cancelCampaign,
  editCampaign,
  getCampaign,
  launchCampaign,
  pauseCampaign,
  recordReceipts,
  resumeCampaign,
  resumeCampaigns,
  runCampaign,
  scheduleCampaign,
  stopMarketing,
} from '../../../core/index.ts';
import { type Kit, openKit } from './campaignKit.ts';

const PEOPLE = 12;
const HOUR_MS = 3600_000;

let kit: Kit;
beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());

/** What a reader of the tables expects: the status, the text's version and when it is due. */
interface Model {
  status: CampaignStatus;
  version: number;
  now: number;
  dueAt: number;
}
interface Real {
  campaign: Campaign;
  rows: Map<string, DeliveryStatus>;
}
type Step = fc.AsyncCommand<Model, Real>;

/** Rows move as their table says, nobody is written to twice, and the carrier knows of exactly what the rows say. */
async function checkRows(real: Real): Promise<void> {
  const { campaign, rows } = real;
  for (const row of await kit.core.db.deliveries.find({ campaignId: campaign._id }).toArray()) {
    const id = row._id.toHexString();
    const before = rows.get(id);
    if (before && before !== row.status) expect(reachable(before)).toContain(row.status);
    rows.set(id, row.status);
  }
  expect(rows.size).toBeLessThanOrEqual(PEOPLE);
  const sent = [...rows].filter(([, status]) => ['sent', 'delivered', 'read'].includes(status)).map(([id]) => id);
  expect(kit.carrier.log.map(({ deliveryId }) => deliveryId).sort()).toEqual(sent.sort());
}

function reachable(from: DeliveryStatus): Set<DeliveryStatus> {
  const seen = new Set<DeliveryStatus>();
  const visit = (status: DeliveryStatus): void => {
    for (const next of DELIVERY_MOVES[status])
      if (!seen.has(next)) {
        seen.add(next);
        visit(next);
      }
  };
  visit(from);
  return seen;
}

function step(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      expect((await getCampaign(kit.core, kit.shop._id, real.campaign._id)).status).toBe(model.status);
      await checkRows(real);
      expect(kit.errors).toEqual([]);
    },
    toString: () => name,
  };
}

/** An order that is taken where the table allows it, and answered as unchanged elsewhere. */
function order(
  name: string,
  to: CampaignStatus,
  from: readonly CampaignStatus[],
  give: (real: Real) => Promise<{ changed: boolean }>,
): Step {
  return step(name, async (model, real) => {
    const allowed = from.includes(model.status);
    if (allowed) expect(CAMPAIGN_MOVES[model.status]).toContain(to);
    expect((await give(real)).changed).toBe(allowed);
    if (allowed) model.status = to;
  });
}

const shopId = () => kit.shop._id;
const steps = [
  fc.constant(
    order('pause', 'paused', ['planning', 'sending'], ({ campaign }) =>
      pauseCampaign(kit.core, shopId(), campaign._id),
    ),
  ),
  fc.constant(
    order('resume', 'planning', ['paused'], ({ campaign }) => resumeCampaign(kit.core, shopId(), campaign._id)),
  ),
  fc.constant(
    order('cancel', 'cancelled', ['draft', 'scheduled', 'planning', 'sending', 'paused'], ({ campaign }) =>
      cancelCampaign(kit.core, shopId(), campaign._id),
    ),
  ),
  fc.nat(3).map((back) =>
    step(`launch version -${back}`, async (model, real) => {
      const open = model.status === 'draft' || model.status === 'scheduled';
      const launching = launchCampaign(kit.core, shopId(), real.campaign._id, model.version - back);
      if (open && back > 0) return expect(launching).rejects.toMatchObject({ code: 'campaign_changed' });
      expect((await launching).changed).toBe(open);
      if (open) model.status = 'planning';
    }),
  ),
  fc.integer({ min: 1, max: 3 }).map((hours) =>
    step(`schedule in ${hours} h`, async (model, real) => {
      const open = model.status === 'draft' || model.status === 'scheduled';
      const at = new Date(model.now + hours * HOUR_MS);
      expect((await scheduleCampaign(kit.core, shopId(), real.campaign._id, model.version, at)).changed).toBe(open);
      if (open) Object.assign(model, { status: 'scheduled', dueAt: at.getTime() });
    }),
  ),
  fc.constant(
    step('edit', async (model, real) => {
      const editing = editCampaign(kit.core, shopId(), real.campaign._id, { text: `Text ${model.version}` });
      if (model.status !== 'draft' && model.status !== 'scheduled')
        return expect(editing).rejects.toMatchObject({ code: 'campaign_not_editable' });
      await editing;
      Object.assign(model, { status: 'draft', version: model.version + 1 });
    }),
  ),
  fc.integer({ min: 0, max: 90 }).map((minutes) =>
    step(`${minutes} minutes pass, jobs run`, async (model) => {
      model.now += minutes * 60_000;
      kit.setTime(new Date(model.now).toISOString());
      await kit.runJobs();
      if (model.status === 'scheduled' && model.dueAt <= model.now)
        model.status = model.now - model.dueAt > HOUR_MS ? 'paused' : 'done';
      if (model.status === 'planning' || model.status === 'sending') model.status = 'done';
    }),
  ),
  fc.constant(
    step('Kade starts again', async (model, real) => {
      kit.jobs.length = 0;
      await resumeCampaigns(kit.core, shopId());
      if (model.status === 'planning') {
        await Promise.all([1, 2].map(() => runCampaign(kit.core, shopId(), real.campaign._id)));
        model.status = 'done';
      }
    }),
  ),
  fc.nat(PEOPLE - 1).map((person) =>
    step(`person ${person} stops`, async () => {
      const people = await kit.core.db.customers.find({}).sort({ _id: 1 }).toArray();
      const address = people[person]?.addresses[0]?.key;
      const before = kit.carrier.log.length;
      if (address) await stopMarketing(kit.core, await kit.inbound(address, 'STOP'));
      expect(kit.carrier.log).toHaveLength(before);
    }),
  ),
  fc.constantFrom('delivered' as const, 'read' as const).map((status) =>
    step(`receipts: ${status}`, async () => {
      const at = kit.core.clock.now();
      const receipts = kit.carrier.log.map(({ deliveryId }) => ({
        channel: 'sms' as const,
        providerId: `p-${deliveryId}`,
        status,
        at,
      }));
      await recordReceipts(kit.core, shopId(), receipts);
    }),
  ),
];

it('campaign and deliveries move as their tables say, whatever members, people, carrier and clock do', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 14 }), async (commands) => {
      await kit.clear();
      await kit.core.db.shops.updateOne({}, { $set: { sendingHours: { from: 0, to: 0 } } });
      await kit.addCustomers(PEOPLE);
      const campaign = await kit.draft();
      const model: Model = { status: 'draft', version: 1, now: kit.core.clock.now().getTime(), dueAt: 0 };
      await fc.asyncModelRun(() => ({ model, real: { campaign, rows: new Map() } }), commands);
    }),
    { numRuns: 40 },
  );
});
