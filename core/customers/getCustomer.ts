import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { Customer } from './customer.model.ts';

/** The shop's customer with this id (hex or ObjectId); `customer_not_found` otherwise. */
export async function getCustomer(core: Core, shopId: Types.ObjectId, id: string | Types.ObjectId): Promise<Customer> {
  const found = Types.ObjectId.isValid(id)
    ? await core.db.customers.findOne({ shopId, _id: new Types.ObjectId(id) })
    : null;
  if (!found) throw new KadeError('customer_not_found');
  return found;
}
