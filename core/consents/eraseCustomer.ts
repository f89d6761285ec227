import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { insertNew } from '../db/insertNew.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import { ANONYMOUS_DELIVERY } from '../deliveries/delivery.model.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getShop } from '../shops/shops.ts';
import { appendEntries } from './appendEntries.ts';
import { erasedAddress, tombstoneHash } from './tombstone.ts';

/** Who asked: the inbound message or the member. */
export interface ErasureEvidence {
  evidenceId: string;
}

/**
 * Erases a person: the customer, their messages, interactions, dialogues, images in import journals and what members
 * were shown of them go; orders stay as sales without a customer, deliveries and the consent ledger as figures under a
 * keyed hash. Tombstones come first and the customer goes last, so a repeat after a crash finishes. false: no such customer.
 */
export async function eraseCustomer(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  { evidenceId }: ErasureEvidence,
): Promise<boolean> {
  const customer = await core.db.customers.findOne({ _id: customerId, shopId });
  if (!customer) return false;
  const shop = await getShop(core.db, shopId);
  const hash = (identity: string) => tombstoneHash(shop, identity);
  await bury(core, customer, hash);
  await cancelQueued(core, shopId, customerId, 'erased');
  await sendsInFlight(core.db).settled(customerId);
  await closeLedger(core, customer, evidenceId);
  for (const { key } of customer.addresses) await redactLedger(core, shop, key);
  await core.db.deliveries.updateMany({ shopId, customerId }, ANONYMOUS_DELIVERY);
  await eraseFromMembersChats(core, shopId, customerId);
  for (const { key } of customer.addresses) await eraseAddress(core, shopId, key);
  await core.db.inbound.deleteMany({ shopId, customerId });
  await core.db.interactions.deleteMany({ shopId, customerId });
  await core.db.tickets.deleteMany({ shopId, customerId });
  await core.db.joinLinks.deleteMany({ shopId, customerId });
  await core.db.segmentEvents.deleteMany({ shopId, customerId });
  await core.db.orders.updateMany({ shopId, customerId }, { $unset: { customerId: '' } });
  await eraseFromJournals(core, shopId, customerId);
  await core.db.customers.deleteOne({ _id: customerId, shopId });
  // A campaign being planned may have written a row meanwhile; from now on it sees that the customer is gone.
  await core.db.deliveries.updateMany({ shopId, customerId }, ANONYMOUS_DELIVERY);
  return true;
}

/** What an address has left in threads: also needed for the last confirmation, which is written after the erasure. */
export async function eraseAddress(core: Core, shopId: Types.ObjectId, address: AddressKey): Promise<void> {
  await core.db.deliveries.updateMany({ shopId, to: address }, ANONYMOUS_DELIVERY);
  await core.db.inbound.deleteMany({ shopId, from: address });
  await core.db.conversations.deleteMany({ shopId, address });
}

type Hash = (identity: string) => string;

async function bury(core: Core, customer: Customer, hash: Hash): Promise<void> {
  const identities = [
    ...customer.addresses.map(({ key }) => key),
    ...(customer.externalId === undefined ? [] : [`id:${customer.externalId}`]),
  ];
  const at = core.clock.now();
  await insertNew(
    core.db.tombstones,
    identities.map((identity) => ({ _id: new Types.ObjectId(), shopId: customer.shopId, hash: hash(identity), at })),
  );
}

/** The proof that consent was asked and withdrawn stays, without what names the person: the chains still hold. */
async function closeLedger(core: Core, customer: Customer, evidenceId: string): Promise<void> {
  const { shopId, _id: customerId } = customer;
  const closing = {
    customerId,
    topic: 'marketing',
    state: 'denied',
    source: 'erasure',
    words: '',
    evidenceId,
  } as const;
  const at = core.clock.now();
  await appendEntries(
    core.db,
    shopId,
    customer.addresses.map(({ key }) => ({ ...closing, address: key, at })),
  );
}

/** Takes away what names the person in an address's rows of the ledger. */
async function redactLedger(core: Core, shop: Shop, address: AddressKey): Promise<void> {
  await core.db.consents.updateMany(
    { shopId: shop._id, address },
    { $set: { address: erasedAddress(shop, address), words: '' }, $unset: { salt: '' } },
  );
}

/** Cards, lists and notices that members were shown are known by their buttons. */
async function eraseFromMembersChats(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<void> {
  const members = await core.db.members.find({ shopId }, { projection: { addresses: 1 } }).toArray();
  const to = { $in: members.flatMap(({ addresses }) => addresses) };
  await core.db.deliveries.updateMany(
    { shopId, to, 'message.choices.id': { $regex: customerId.toHexString() } },
    { $set: { message: { text: '–' } } },
  );
}

/** Journals are keyed by import, so each of the shop's imports is asked for this one document. */
async function eraseFromJournals(core: Core, shopId: Types.ObjectId, customerId: Types.ObjectId): Promise<void> {
  for await (const { _id } of core.db.imports.find({ shopId }, { projection: { _id: 1 } }))
    await core.db.importJournal.deleteMany({ importId: _id, collection: 'customers', documentId: customerId });
}
