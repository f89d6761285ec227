import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { openCustomer } from '../customers/openCustomer.ts';
import { findAnsweredDelivery } from '../deliveries/findAnsweredDelivery.ts';
import { addInteraction } from '../interactions/addInteraction.ts';
import type { AddressKey } from '../message.ts';
import type { Inbound } from './inbound.model.ts';

const DAY_MS = 24 * 3600_000;
const LONGEST = 2000;

/** What was kept: `first`: nothing of theirs was kept for a day; `shopkeeper`: who should hear of it, the sender of the campaign it answers or an owner. */
export interface KeptMessage {
  readonly customer: Customer;
  readonly first: boolean;
  readonly shopkeeper: AddressKey | null;
}

/** Keeps what a customer wrote as an interaction and as the answer to their last campaign. Someone unknown becomes a customer. */
export async function keepMessage(core: Core, inbound: Inbound): Promise<KeptMessage> {
  const { shopId, from, at } = inbound;
  const customer = await openCustomer(core, shopId, from);
  const text = (inbound.text ?? inbound.file?.name ?? '').slice(0, LONGEST);
  const since = new Date(at.getTime() - DAY_MS);
  const earlier = await core.db.interactions.findOne({
    shopId,
    customerId: customer._id,
    type: 'message',
    at: { $gte: since },
  });
  await addInteraction(core, { shopId, customerId: customer._id, type: 'message', text, at });
  const answered = await findAnsweredDelivery(core, shopId, customer._id);
  if (answered && !answered.repliedAt)
    await core.db.deliveries.updateOne({ _id: answered._id }, { $set: { repliedAt: at } });
  const campaign = answered?.campaignId
    ? await core.db.campaigns.findOne({ _id: answered.campaignId, shopId }, { projection: { createdBy: 1 } })
    : null;
  return { customer, first: earlier === null, shopkeeper: campaign?.createdBy ?? (await findOwner(core, inbound)) };
}

async function findOwner(core: Core, { shopId }: Inbound): Promise<AddressKey | null> {
  const owner = await core.db.members.findOne({ shopId, role: 'owner' }, { sort: { createdAt: 1 } });
  return owner?.addresses[0] ?? null;
}
