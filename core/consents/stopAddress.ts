import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import type { Consent } from './consent.model.ts';
import { recordConsents } from './recordConsent.ts';

/**
 * No marketing to an address any more, nor to the same number on another channel. When this resolves nothing is on its
 * way to its holder: the ledger is written first, their queued messages are taken back, and messages being sent at this
 * moment are waited for. false: they had stopped before.
 */
export async function stopAddress(
  core: Core,
  customer: Customer,
  address: AddressKey,
  evidence: Pick<Consent, 'source' | 'words' | 'evidenceId'>,
): Promise<boolean> {
  const { shopId, _id: customerId } = customer;
  const addresses = sameNumber(customer, address);
  const keys = addresses.map(({ key }) => key);
  await recordConsents(
    core,
    shopId,
    keys.map((key) => ({ customerId, address: key, topic: 'marketing', state: 'denied', ...evidence })),
  );
  void followChanges(core, shopId, [customerId], ['messages']);
  await cancelQueued(core, shopId, customerId, 'opted_out', keys);
  await sendsInFlight(core.db).settled(customerId);
  return addresses.some(({ stopped }) => !stopped);
}

/** A number is one person's on every channel that uses numbers. */
export function sameNumber(customer: Customer, address: AddressKey): Customer['addresses'] {
  const held = customer.addresses.find(({ key }) => key === address);
  return customer.addresses.filter(
    ({ key, value }) => key === address || (held && value === held.value && value !== ''),
  );
}
