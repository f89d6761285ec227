import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { mergeCustomers } from '../merges/mergeCustomers.ts';
import type { AddressKey } from '../message.ts';
import { listReaders } from '../tickets/tellMembers.ts';
import type { Customer } from './customer.model.ts';
import { getCustomer } from './getCustomer.ts';
import { isBare, joinAddresses, sameNumber } from './joinAddress.ts';
import { openCustomer } from './openCustomer.ts';

/**
 * An app vouches that whoever writes from `from` has this number (E.164). The address joins the customer with the
 * number; where nobody has it, the number joins the customer of the address. Two customers who are both more than an
 * address stay two until a member merges them. May be repeated.
 */
export async function linkPhone(
  core: Core,
  shopId: Types.ObjectId,
  from: AddressKey,
  phone: string,
): Promise<Customer> {
  const numbers = sameNumber(`sms:${phone}`);
  const owner = await core.db.customers.findOne({ shopId, 'addresses.key': { $in: numbers } });
  if (!owner) return joinAddresses(core, await openCustomer(core, shopId, from), numbers, 'phone');
  const writer = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  if (writer && !writer._id.equals(owner._id)) {
    if (!isBare(writer)) return suggest(core, writer, owner);
    await mergeCustomers(core, shopId, { into: owner._id, from: writer._id });
    return getCustomer(core, shopId, owner._id);
  }
  return joinAddresses(core, owner, [from], 'phone');
}

/** Members are asked whether the two are one. */
async function suggest(core: Core, writer: Customer, owner: Customer): Promise<Customer> {
  const notice = { kind: 'customer.double', first: writer._id.toHexString(), second: owner._id.toHexString() } as const;
  for (const to of await listReaders(core, { shopId: writer.shopId, assignee: null }))
    await core.notifier.notify(to, notice);
  return writer;
}
