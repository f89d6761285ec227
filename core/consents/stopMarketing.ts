import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { openCustomer } from '../customers/openCustomer.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import { findAnsweredDelivery } from '../deliveries/findAnsweredDelivery.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import { getShop } from '../shops/shops.ts';
import { recordConsents } from './recordConsent.ts';

/**
 * Someone wrote STOP: no marketing to that address any more, nor to the same number on another channel. When this
 * resolves nothing is on its way to them: the ledger is written first, their queued messages are taken back, and
 * messages being sent at this moment are waited for. `changed` false: they had stopped before.
 */
export async function stopMarketing(core: Core, inbound: Inbound): Promise<{ customer: Customer; changed: boolean }> {
  const customer = await openCustomer(core, inbound.shopId, inbound.from);
  const addresses = sameNumber(customer, inbound.from);
  const changed = addresses.some((address) => !address.stopped);
  await recordKeyword(
    core,
    inbound,
    customer,
    addresses.map(({ key }) => key),
    'denied',
  );
  await cancelQueued(
    core,
    inbound.shopId,
    customer._id,
    'opted_out',
    addresses.map(({ key }) => key),
  );
  await sendsInFlight(core.db).settled(customer._id);
  if (changed) await markOptOut(core, inbound, customer);
  return { customer, changed };
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
  await recordKeyword(
    core,
    inbound,
    before,
    addresses.map(({ key }) => key),
    (await getShop(core.db, inbound.shopId)).doubleOptIn ? 'pending' : 'granted',
  );
  const customer = await openCustomer(core, inbound.shopId, inbound.from);
  const state = customer.addresses.find(({ key }) => key === inbound.from)?.marketing;
  return { customer, changed, refused: state === 'denied', pending: state === 'pending' };
}

/** A number is one person's on every channel that uses numbers. */
export function sameNumber(customer: Customer, from: AddressKey): Customer['addresses'] {
  const held = customer.addresses.find(({ key }) => key === from);
  return customer.addresses.filter(({ key, value }) => key === from || (held && value === held.value && value !== ''));
}

async function recordKeyword(
  core: Core,
  inbound: Inbound,
  customer: Customer,
  addresses: readonly AddressKey[],
  state: 'granted' | 'denied' | 'pending',
): Promise<void> {
  await recordConsents(
    core,
    inbound.shopId,
    addresses.map((address) => ({
      customerId: customer._id,
      address,
      topic: 'marketing' as const,
      state,
      source: 'keyword' as const,
      words: inbound.text ?? inbound.choiceLabel ?? '',
      evidenceId: inbound._id.toHexString(),
    })),
  );
  void followChanges(core, inbound.shopId, [customer._id], ['messages']);
}

/** The campaign they had last is the one its report names. */
export async function markOptOut(
  core: Core,
  inbound: Pick<Inbound, 'shopId' | 'at'>,
  customer: Customer,
): Promise<void> {
  const answered = await findAnsweredDelivery(core, inbound.shopId, customer._id);
  if (answered) await core.db.deliveries.updateOne({ _id: answered._id }, { $set: { optedOutAt: inbound.at } });
}
