import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { ANONYMOUS_DELIVERY } from '../deliveries/delivery.model.ts';
import type { Shop } from '../shops/shop.model.ts';
import { eraseFiles } from './eraseFiles.ts';
import { erasedAddress } from './tombstone.ts';

/** Whose data it is. */
export interface Person {
  readonly core: Core;
  readonly shop: Shop;
  readonly customer: Customer;
}

/** How a collection that holds people erases one (resolves to how many documents), and what it tells them on MY DATA. */
export interface Holding {
  erase(person: Person): Promise<number>;
  tell?(person: Person): Promise<object[]>;
}

type CollectionName = Exclude<keyof Database, 'connection' | 'uri'>;

const byCustomer = ({ shop, customer }: Person) => ({ shopId: shop._id, customerId: customer._id });
const addressesOf = ({ customer }: Person) => ({ $in: customer.addresses.map(({ key }) => key) });
const NOBODY = null;

/** Deletes what names the customer, and tells it newest first. */
function ofCustomer<T extends { shopId: Types.ObjectId; customerId?: Types.ObjectId }>(
  collection: (db: Database) => mongo.Collection<T>,
  told = true,
): Holding {
  const filter = (person: Person) => byCustomer(person) as unknown as mongo.Filter<T>;
  return {
    erase: async (person) => (await collection(person.core.db).deleteMany(filter(person))).deletedCount,
    ...(told
      ? { tell: (person: Person) => collection(person.core.db).find(filter(person)).sort({ _id: -1 }).toArray() }
      : {}),
  };
}

/**
 * Every collection there is, in the order of an erasure: what it does with a person, or that it holds nobody. A new
 * collection does not compile until it stands here. What members were shown and wrote is erased beside it, in eraseTraces.
 */
export const PERSONAL_DATA: Readonly<Record<CollectionName, Holding | typeof NOBODY>> = {
  files: { erase: eraseFiles },
  // What was sent and what it cost stays counted, to nobody.
  deliveries: {
    async erase(person) {
      const { core, shop } = person;
      const own = { shopId: shop._id, $or: [byCustomer(person), { to: addressesOf(person) }] };
      return (await core.db.deliveries.updateMany(own, ANONYMOUS_DELIVERY)).modifiedCount;
    },
    tell: (person) =>
      person.core.db.deliveries
        .find({ shopId: person.shop._id, to: addressesOf(person) }, { projection: { claim: 0, cost: 0 } })
        .sort({ createdAt: -1 })
        .toArray(),
  },
  conversations: {
    erase: async (person) =>
      (await person.core.db.conversations.deleteMany({ shopId: person.shop._id, address: addressesOf(person) }))
        .deletedCount,
  },
  inbound: {
    async erase(person) {
      const { core, shop } = person;
      const own = { shopId: shop._id, $or: [byCustomer(person), { from: addressesOf(person) }] };
      return (await core.db.inbound.deleteMany(own)).deletedCount;
    },
    tell: (person) =>
      person.core.db.inbound
        .find({ shopId: person.shop._id, from: addressesOf(person) })
        .sort({ at: -1 })
        .toArray(),
  },
  interactions: ofCustomer((db) => db.interactions),
  tickets: ofCustomer((db) => db.tickets),
  joinLinks: ofCustomer((db) => db.joinLinks, false),
  segmentEvents: ofCustomer((db) => db.segmentEvents),
  // A sale stays a sale, without a customer.
  orders: {
    async erase(person) {
      const update = { $unset: { customerId: '' as const } };
      return (await person.core.db.orders.updateMany(byCustomer(person), update)).modifiedCount;
    },
    tell: (person) => person.core.db.orders.find(byCustomer(person)).sort({ at: -1 }).toArray(),
  },
  // Journals are keyed by import, so each of the shop's imports is asked for this one document.
  importJournal: {
    async erase({ core, shop, customer }) {
      let erased = 0;
      for await (const { _id } of core.db.imports.find({ shopId: shop._id }, { projection: { _id: 1 } })) {
        const entry = { importId: _id, collection: 'customers', documentId: customer._id };
        erased += (await core.db.importJournal.deleteMany(entry)).deletedCount;
      }
      return erased;
    },
  },
  // That consent was asked and withdrawn stays, without what names the person; the chains still hold.
  consents: {
    async erase({ core, shop, customer }) {
      let erased = 0;
      for (const { key } of customer.addresses) {
        const $set = { address: erasedAddress(shop, key), words: '' };
        const rows = await core.db.consents.updateMany(
          { shopId: shop._id, address: key },
          { $set, $unset: { salt: '' } },
        );
        erased += rows.modifiedCount;
      }
      return erased;
    },
    tell: (person) =>
      person.core.db.consents
        .find({ shopId: person.shop._id, address: addressesOf(person) })
        .sort({ address: 1, seq: 1 })
        .toArray(),
  },
  merges: {
    async erase({ core, shop, customer }) {
      const into = { shopId: shop._id, into: customer._id };
      const mergeIds = await core.db.merges.distinct('_id', into);
      await core.db.mergeMoves.deleteMany({ mergeId: { $in: mergeIds } });
      return (await core.db.merges.deleteMany(into)).deletedCount;
    },
    tell: (person) => person.core.db.merges.find({ shopId: person.shop._id, into: person.customer._id }).toArray(),
  },
  customers: {
    erase: async ({ core, shop, customer }) =>
      (await core.db.customers.deleteOne({ _id: customer._id, shopId: shop._id })).deletedCount,
    tell: async ({ customer }) => [customer],
  },
  shops: NOBODY,
  members: NOBODY,
  signInCodes: NOBODY,
  tombstones: NOBODY,
  mergeMoves: NOBODY,
  notSame: NOBODY,
  wordings: NOBODY,
  products: NOBODY,
  cannedReplies: NOBODY,
  imports: NOBODY,
  segments: NOBODY,
  campaigns: NOBODY,
  schedules: NOBODY,
  incidents: NOBODY,
};

/** Those that hold people. */
export const HOLDINGS = Object.entries(PERSONAL_DATA).flatMap(([name, holding]): [CollectionName, Holding][] =>
  holding ? [[name as CollectionName, holding]] : [],
);
