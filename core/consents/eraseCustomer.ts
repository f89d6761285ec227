import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import { ANONYMOUS_DELIVERY } from '../deliveries/delivery.model.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import { listConcerned, listParts } from '../merges/findMerged.ts';
import { finishMerge } from '../merges/finishMerge.ts';
import { type AddressKey, type ChannelName, parseAddress } from '../message.ts';
import { getShop } from '../shops/shops.ts';
import { appendEntries } from './appendEntries.ts';
import { eraseTraces } from './eraseTraces.ts';
import { HOLDINGS, PERSONAL_DATA, type Person } from './personalData.ts';
import { tombstoneHash } from './tombstone.ts';

/** Who asked: the inbound message or the member. */
export interface ErasureEvidence {
  evidenceId: string;
}

/** What an erasure did. */
export interface Erasure {
  /** messages to and from them */
  readonly messages: number;
  /** entries of their history: calls, visits, notes */
  readonly notes: number;
  readonly files: number;
  /** places in members' chats */
  readonly traces: number;
  /** sales that stay, without a customer */
  readonly orders: number;
  /** their channels: what a provider keeps is not ours to erase */
  readonly channels: readonly ChannelName[];
}

/**
 * Erases a person everywhere that Kade keeps one: see PERSONAL_DATA and eraseTraces. Tombstones come first and the
 * customer goes last, so a repeat after a crash finishes. null: no such customer.
 */
export async function eraseCustomer(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  { evidenceId }: ErasureEvidence,
): Promise<Erasure | null> {
  for (const merge of await listConcerned(core, shopId, [customerId]))
    if (merge.state === 'merging') await finishMerge(core, merge);
  const customer = await core.db.customers.findOne({ _id: customerId, shopId });
  if (!customer) return null;
  const shop = await getShop(core.db, shopId);
  // Who became part of them is the same person; the records that tell it go after what they tell of.
  const parts = await listParts(core, shopId, customerId);
  for (const part of parts.reverse()) await erasePerson({ core, shop, customer: part }, evidenceId);
  return erasePerson({ core, shop, customer }, evidenceId);
}

async function erasePerson(person: Person, evidenceId: string): Promise<Erasure> {
  const { core, customer } = person;
  const { _id: customerId, shopId } = customer;
  await bury(person);
  await cancelQueued(core, shopId, customerId, 'erased');
  await sendsInFlight(core.db).settled(customerId);
  await closeLedger(person, evidenceId);
  const traces = await eraseTraces(person);
  const erased: Partial<Record<keyof typeof PERSONAL_DATA, number>> = {};
  for (const [name, holding] of HOLDINGS) erased[name] = await holding.erase(person);
  for (const { key } of customer.addresses) await forgetAtChannel(core, key);
  // A campaign planned meanwhile may have found the customer still there: from now on nobody does.
  await cancelQueued(core, shopId, customerId, 'erased');
  await sendsInFlight(core.db).settled(customerId);
  // And what was being written (a plan's row, a consent) stays without a person.
  await core.db.deliveries.updateMany({ shopId, customerId }, ANONYMOUS_DELIVERY);
  await PERSONAL_DATA.consents?.erase(person);
  return {
    messages: (erased.inbound ?? 0) + (erased.deliveries ?? 0),
    notes: erased.interactions ?? 0,
    files: erased.files ?? 0,
    traces,
    orders: erased.orders ?? 0,
    channels: [...new Set(customer.addresses.map(({ channel }) => channel))],
  };
}

/** What an address has left in threads: also needed for the last confirmation, which is written after the erasure. */
export async function eraseAddress(core: Core, shopId: Types.ObjectId, address: AddressKey): Promise<void> {
  await core.db.deliveries.updateMany({ shopId, to: address }, ANONYMOUS_DELIVERY);
  await core.db.inbound.deleteMany({ shopId, from: address });
  await core.db.conversations.deleteMany({ shopId, address });
  await forgetAtChannel(core, address);
}

/** The sandbox keeps what a provider would. */
async function forgetAtChannel(core: Core, address: AddressKey): Promise<void> {
  const { channel = 'web', value = '' } = parseAddress(address) ?? {};
  await core.channels.get(channel)?.forget?.(value);
}

async function bury({ core, shop, customer }: Person): Promise<void> {
  const identities = [
    ...customer.addresses.map(({ key }) => key),
    ...[customer.externalId ?? [], customer.otherIds ?? []].flat().map((id) => `id:${id}`),
  ];
  const at = core.clock.now();
  const stone = (identity: string) => ({
    _id: new Types.ObjectId(),
    shopId: shop._id,
    hash: tombstoneHash(shop, identity),
    at,
  });
  await insertNew(core.db.tombstones, identities.map(stone));
}

/** The last row of each chain says that the person was erased. */
async function closeLedger({ core, shop, customer }: Person, evidenceId: string): Promise<void> {
  const closing = { topic: 'marketing', state: 'denied', source: 'erasure', words: '', evidenceId } as const;
  const at = core.clock.now();
  const entries = customer.addresses.map(({ key }) => ({ ...closing, customerId: customer._id, address: key, at }));
  await appendEntries(core.db, shop._id, entries);
}
