import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { findSuccessor } from '../merges/findMerged.ts';
import type { Customer } from './customer.model.ts';

/** The shop's customer with this id (hex or ObjectId), or whom they became part of; `customer_not_found` otherwise. */
export async function getCustomer(core: Core, shopId: Types.ObjectId, id: string | Types.ObjectId): Promise<Customer> {
  const _id = Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : null;
  const found = _id && ((await core.db.customers.findOne({ shopId, _id })) ?? (await findSuccessor(core, shopId, _id)));
  if (!found) throw new KadeError('customer_not_found');
  return found;
}
