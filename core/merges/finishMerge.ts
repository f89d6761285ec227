import type { Types } from 'mongoose';
import { recordConsents, settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import { type Customer, type CustomerAddress, TOPICS } from '../customers/customer.model.ts';
import { updateFigures } from '../customers/updateFigures.ts';
import { KadeError } from '../errors.ts';
import { combine } from './combine.ts';
import { joinTickets } from './joinTickets.ts';
import type { Merge } from './merge.model.ts';
import { moveAll } from './moveAll.ts';
import { tellSegments } from './tellSegments.ts';
import { undoMerge } from './undoMerge.ts';

const ATTEMPTS = 20;

/** Does the steps of a merge, from the first or from where it was left; each may be repeated, also by two at once. */
export async function finishMerge(core: Core, { _id, shopId, into, from }: Merge): Promise<void> {
  const before = await takeOut(core, { _id, shopId, from });
  if (!(await give(core, { _id, shopId, into }, before))) {
    // The one who was to stay was erased meanwhile.
    await core.db.merges.updateOne({ _id, state: 'merging' }, { $set: { state: 'undoing' } });
    await undoMerge(core, shopId, _id);
    throw new KadeError('customer_not_found');
  }
  await joinTickets(core, { _id, shopId, into, from });
  await moveAll(core.db, { _id, shopId, from, to: into });
  await carryRefusals(core, { _id, shopId, into }, before);
  await updateFigures(core.db, shopId, [into]);
  await core.db.merges.updateOne({ _id, state: 'merging' }, { $set: { state: 'merged' } });
  await tellSegments(core, before, [into]);
}

type Part = Pick<Merge, '_id' | 'shopId'>;

/** The one who becomes part is written down as they are now, and is no customer any more: an address is held once. */
async function takeOut(core: Core, { _id, shopId, from }: Part & Pick<Merge, 'from'>): Promise<Customer> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const customer = await core.db.customers.findOne({ _id: from, shopId });
    if (!customer) {
      const merge = await core.db.merges.findOne({ _id });
      if (merge?.before) return merge.before;
      throw new Error('A merge lost whom it took out');
    }
    await core.db.merges.updateOne({ _id }, { $set: { before: customer } });
    const { addresses, updatedAt } = customer;
    await core.db.customers.deleteOne({ _id: from, shopId, addresses: { $eq: addresses }, updatedAt });
  }
  throw new Error('The customer was changed again and again meanwhile');
}

/** The one who stays gets what the other had; what they were goes into the record first. false: they are no more. */
async function give(core: Core, { _id, shopId, into }: Part & Pick<Merge, 'into'>, before: Customer): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const customer = await core.db.customers.findOne({ _id: into, shopId });
    if (!customer) return false;
    if (customer.merges?.some((id) => id.equals(_id))) return true;
    const addresses = await unheld(core, shopId, customer, before);
    const given = combine(customer, { ...before, addresses });
    const was = Object.fromEntries(Object.entries(customer).filter(([field]) => field in given));
    await core.db.merges.updateOne({ _id }, { $set: { given, was } });
    const { updatedAt } = customer;
    try {
      const { modifiedCount } = await core.db.customers.updateOne(
        { _id: into, shopId, addresses: { $eq: customer.addresses }, updatedAt },
        { $set: { ...given, updatedAt: core.clock.now() }, $push: { merges: _id } },
      );
      if (modifiedCount > 0) return true;
    } catch (error) {
      if ((error as { code?: number }).code !== 11000) throw error;
    }
  }
  throw new Error('The customer was changed again and again meanwhile');
}

/** Somebody may have come to hold one of the addresses between the two steps: it is theirs. */
async function unheld(
  core: Core,
  shopId: Types.ObjectId,
  into: Customer,
  before: Customer,
): Promise<CustomerAddress[]> {
  const keys = before.addresses.map(({ key }) => key);
  const holders = await core.db.customers
    .find({ shopId, 'addresses.key': { $in: keys }, _id: { $ne: into._id } }, { projection: { addresses: 1 } })
    .toArray();
  const held = new Set([...holders, into].flatMap(({ addresses }) => addresses.map(({ key }) => key)));
  return before.addresses.filter(({ key }) => !held.has(key));
}

/** A number is one person's on every channel: who has refused on one of them has refused on the other that joins it. */
async function carryRefusals(
  core: Core,
  { _id, shopId, into }: Part & Pick<Merge, 'into'>,
  before: Customer,
): Promise<void> {
  const customer = await core.db.customers.findOne({ _id: into, shopId });
  if (!customer) return;
  const isTheirs = ({ key }: CustomerAddress) => before.addresses.some((one) => one.key === key);
  const changes = customer.addresses.flatMap((refused) =>
    customer.addresses
      .filter((other) => other.value === refused.value && isTheirs(other) !== isTheirs(refused))
      .flatMap((other) =>
        TOPICS.filter((topic) => refused[topic] === 'denied' && other[topic] !== 'denied').map((topic) => ({
          customerId: into,
          address: other.key,
          topic,
          state: 'denied' as const,
          source: 'merge' as const,
          words: refused.key,
          evidenceId: _id.toHexString(),
        })),
      ),
  );
  await recordConsents(core, shopId, changes);
  await settleConsents(
    core,
    shopId,
    before.addresses.map(({ key }) => key),
  );
}
