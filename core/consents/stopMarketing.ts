import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { openCustomer } from '../customers/openCustomer.ts';
import { findAnsweredDelivery } from '../deliveries/findAnsweredDelivery.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import { parseAddress } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import { getShop } from '../shops/shops.ts';
import type { Consent } from './consent.model.ts';
import { recordConsents } from './recordConsent.ts';
import { sameNumber, stopAddress } from './stopAddress.ts';

/**
 * Someone wrote STOP: see stopAddress. An answer to a message that went to another address, an alias of theirs, stops
 * that one too. `changed` false: they had stopped before.
 */
export async function stopMarketing(core: Core, inbound: Inbound): Promise<{ customer: Customer; changed: boolean }> {
  const evidence = evidenceOf(inbound);
  const customer = await openCustomer(core, inbound.shopId, inbound.from);
  const changed = await stopAddress(core, customer, inbound.from, evidence);
  if (changed) await markOptOut(core, inbound, customer);
  await stopAlias(core, inbound);
  return { customer, changed };
}

/** What they answered went to another address of theirs, perhaps one that is passed on to this. */
async function stopAlias(core: Core, { shopId, from, replyTo, ...inbound }: Inbound): Promise<void> {
  const channel = parseAddress(from)?.channel;
  if (replyTo === undefined || !channel) return;
  const answered = await core.db.deliveries.findOne({ shopId, channel, providerId: replyTo });
  if (!answered || answered.to === from) return;
  const holder = await core.db.customers.findOne({ shopId, 'addresses.key': answered.to });
  if (holder) await stopAddress(core, holder, answered.to, evidenceOf(inbound));
}

/** What a START came to. */
export interface Started {
  readonly customer: Customer;
  readonly changed: boolean;
  /** a refusal noted otherwise (by a member, a file) still stands */
  readonly refused: boolean;
  /** the person has to confirm it */
  readonly pending: boolean;
}

/** Someone wrote START: lifts what their STOP set, or what may have been one; else it is a new consent. */
export async function startMarketing(core: Core, inbound: Inbound): Promise<Started> {
  const before = await openCustomer(core, inbound.shopId, inbound.from);
  const addresses = sameNumber(before, inbound.from);
  const changed = addresses.some((address) => address.stopped || address.held || address.marketing === 'unknown');
  const { doubleOptIn } = await getShop(core.db, inbound.shopId);
  await recordConsents(
    core,
    inbound.shopId,
    addresses.map(({ key: address }) => ({
      customerId: before._id,
      address,
      topic: 'marketing',
      state: doubleOptIn ? 'pending' : 'granted',
      ...evidenceOf(inbound),
    })),
  );
  void followChanges(core, inbound.shopId, [before._id], ['messages']);
  const customer = await openCustomer(core, inbound.shopId, inbound.from);
  const state = customer.addresses.find(({ key }) => key === inbound.from)?.marketing;
  return { customer, changed, refused: state === 'denied', pending: state === 'pending' };
}

function evidenceOf({
  _id,
  text,
  choiceLabel,
}: Pick<Inbound, '_id' | 'text' | 'choiceLabel'>): Pick<Consent, 'source' | 'words' | 'evidenceId'> {
  return { source: 'keyword', words: text ?? choiceLabel ?? '', evidenceId: _id.toHexString() };
}

/** The campaign they had last is the one its report names. */
export async function markOptOut(
  core: Core,
  inbound: Pick<Inbound, 'shopId' | 'at' | 'from' | 'replyTo'>,
  customer: Customer,
): Promise<void> {
  const answered = await findAnsweredDelivery(core, customer, inbound);
  if (answered) await core.db.deliveries.updateOne({ _id: answered._id }, { $set: { optedOutAt: inbound.at } });
}
