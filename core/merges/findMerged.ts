import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Merge } from './merge.model.ts';

/** Merges follow each other hardly ever; a circle cannot be. */
const DEEPEST = 20;

/** Whom a customer who is no more became part of. */
export async function findSuccessor(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
): Promise<Customer | null> {
  let wanted = id;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const merge = await core.db.merges.findOne({ shopId, from: wanted, live: true });
    if (!merge) return null;
    wanted = merge.into;
    const customer = await core.db.customers.findOne({ _id: wanted, shopId });
    if (customer) return customer;
  }
  return null;
}

/** The people who became part of a customer, as they were; also of those, whom they had become. */
export async function listParts(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
): Promise<Customer[]> {
  const parts: Customer[] = [];
  const open = [id];
  for (let into = open.shift(); into; into = open.shift()) {
    for (const { before } of await core.db.merges.find({ shopId, into, live: true }).toArray()) {
      if (!before) continue;
      parts.push(before);
      open.push(before._id);
    }
  }
  return parts;
}

/** The merges that concern any of these customers and are not whole, or have taken one of them out. */
export async function listConcerned(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  ids: readonly Types.ObjectId[],
): Promise<Merge[]> {
  const [taken, staying] = await Promise.all([
    core.db.merges.find({ shopId, from: { $in: [...ids] }, live: true }).toArray(),
    core.db.merges.find({ shopId, into: { $in: [...ids] }, state: { $in: ['merging', 'undoing'] } }).toArray(),
  ]);
  return [...taken, ...staying];
}

/** The merge in the middle of which an address is nobody's, if any: whoever writes from it must not become someone new. */
export async function findMergeHolding(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  key: string,
): Promise<Merge | null> {
  const open = await core.db.merges.find({ shopId, state: { $in: ['merging', 'undoing'] } }).toArray();
  return open.find(({ before }) => before?.addresses.some((address) => address.key === key)) ?? null;
}
