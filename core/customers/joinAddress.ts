import type { Types } from 'mongoose';
import { recordConsents, settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import { type AddressKey, type ChannelName, parseAddress } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import { type Customer, TOPICS } from './customer.model.ts';
import { newAddress } from './newAddress.ts';
import { searchWords } from './searchWords.ts';

/**
 * What proves that an address is a known customer's; nothing else does, a name least of all.
 *
 * | proof | who vouches | where |
 * |---|---|---|
 * | the same number on another channel | the network, or WhatsApp | `sameNumber`, openCustomer |
 * | a number shared with a button of the app's own | the app | linkPhone |
 * | a link made for one customer, used once, and their yes | the shop, who gave it to them | acceptJoinLink |
 * | two customers are one | a member, who has compared them | core/merges |
 */
const NUMBERED: readonly ChannelName[] = ['sms', 'whatsapp'];

/** The same phone number on every channel whose addresses are numbers, this one first; none for other addresses. */
export function sameNumber(key: AddressKey): AddressKey[] {
  const { channel, value } = parseAddress(key) ?? {};
  if (!channel || !NUMBERED.includes(channel)) return [];
  return [key, ...NUMBERED.filter((other) => other !== channel).map((other): AddressKey => `${other}:${value}`)];
}

/** Gives proven addresses to a customer, who is no provisional one any more where the proof says who they are. A refusal on the same number holds there too. May be repeated. */
export async function joinAddresses(
  core: Core,
  customer: Customer,
  keys: readonly AddressKey[],
  proof: 'number' | 'phone' | 'link',
): Promise<Customer> {
  const { _id, shopId } = customer;
  const missing = keys.filter((key) => !customer.addresses.some((held) => held.key === key)).map(newAddress);
  const whole = proof !== 'number' && customer.provisional === true;
  if (missing.length === 0 && !whole) return customer;
  const addresses = [...customer.addresses, ...missing];
  await core.db.customers.updateOne(
    { _id, shopId, 'addresses.key': { $nin: missing.map(({ key }) => key) } },
    {
      ...(missing.length > 0 ? { $push: { addresses: { $each: missing } } } : {}),
      $set: { searchWords: searchWords({ ...customer, addresses }), updatedAt: core.clock.now() },
      ...(whole ? { $unset: { provisional: '' } } : {}),
    },
  );
  await carryRefusals(
    core,
    customer,
    missing.map(({ key }) => key),
  );
  void followChanges(core, shopId, [_id], ['profile', 'messages']);
  return (await core.db.customers.findOne({ _id, shopId })) ?? customer;
}

async function carryRefusals(core: Core, customer: Customer, added: readonly AddressKey[]): Promise<void> {
  const { _id: customerId, shopId } = customer;
  const changes = added.flatMap((address) =>
    customer.addresses
      .filter(({ key }) => key !== address && sameNumber(address).includes(key))
      .flatMap((known) =>
        TOPICS.filter((topic) => known[topic] === 'denied').map((topic) => ({
          customerId,
          address,
          topic,
          state: 'denied' as const,
          source: known.stopped && topic === 'marketing' ? ('keyword' as const) : ('member' as const),
          words: known.key,
          evidenceId: `${customerId.toHexString()} ${known.key}`,
        })),
      ),
  );
  await recordConsents(core, shopId, changes);
  // The ledger may know the new addresses.
  await settleConsents(core, shopId, added);
}

/** The customer who has this number on another channel. */
export async function findByNumber(core: Core, shopId: Types.ObjectId, key: AddressKey): Promise<Customer | null> {
  const others = sameNumber(key).slice(1);
  return others.length > 0 ? core.db.customers.findOne({ shopId, 'addresses.key': { $in: others } }) : null;
}

/** Nothing but the one address that they wrote from. */
export function isBare({ addresses, name, externalId, figures }: Customer): boolean {
  return addresses.length === 1 && !name && !externalId && figures.orderCount === 0;
}
