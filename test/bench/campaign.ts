import { launchCampaign, runCampaign } from '../../core/index.ts';
import { type Kit, openKit } from '../core/campaigns/campaignKit.ts';

const PEOPLE = 4_372;

/** Deliveries a second of one campaign to 4,372 people: planned, asked at the gate, sent by a carrier that answers at once, written down. */
export async function benchCampaign(): Promise<{ deliveriesPerSecond: number; plannedPerSecond: number }> {
  const kit = await openKit();
  try {
    await kit.addCustomers(PEOPLE);
    return await measure(kit);
  } finally {
    await kit.close();
  }
}

async function measure(kit: Kit): Promise<{ deliveriesPerSecond: number; plannedPerSecond: number }> {
  const campaign = await kit.draft();
  await launchCampaign(kit.core, kit.shop._id, campaign._id, campaign.version);
  let planned = 0;
  const begun = performance.now();
  kit.carrier.answer = (_, deliveryId) => {
    planned ||= performance.now();
    return { status: 'sent', providerId: deliveryId };
  };
  await runCampaign(kit.core, kit.shop._id, campaign._id);
  const ended = performance.now();
  if (kit.carrier.log.length !== PEOPLE) throw new Error(`${kit.carrier.log.length} of ${PEOPLE} were sent`);
  return {
    deliveriesPerSecond: Math.round((PEOPLE * 1000) / (ended - begun)),
    plannedPerSecond: Math.round((PEOPLE * 1000) / (planned - begun)),
  };
}
