import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { insertNew } from '../db/insertNew.ts';
import type { Member } from '../members/member.model.ts';
import type { AddressKey, InboundMessage } from '../message.ts';
import type { Inbound } from './inbound.model.ts';

/** Who wrote: a linked member, a known customer, or neither. */
export type Sender = { kind: 'member'; member: Member } | { kind: 'customer'; customer: Customer | null };

/** Keeps a message, waiting for its answer, once per provider id; null: it was seen before. */
export async function receiveInbound(
  core: Core,
  shopId: Types.ObjectId,
  message: InboundMessage,
): Promise<Inbound | null> {
  const choiceLabel = message.choiceId && (await findChoiceLabel(core, shopId, message.from, message.choiceId));
  const inbound: Inbound = {
    _id: new Types.ObjectId(),
    shopId,
    providerId: message.id,
    from: message.from,
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.choiceId === undefined ? {} : { choiceId: message.choiceId }),
    ...(choiceLabel ? { choiceLabel } : {}),
    ...(message.file ? { file: message.file } : {}),
    at: message.at,
    waiting: true,
  };
  return (await insertNew(core.db.inbound, [inbound])) > 0 ? inbound : null;
}

/** Notes that a message has its answer. */
export async function settleInbound(core: Core, inbound: Inbound): Promise<void> {
  await core.db.inbound.updateOne({ _id: inbound._id }, { $unset: { waiting: '' } });
}

/** What a stopped process left unanswered, oldest first. */
export async function listWaiting(core: Core, shopId: Types.ObjectId, limit: number): Promise<Inbound[]> {
  return core.db.inbound.find({ shopId, waiting: true }).sort({ _id: 1 }).limit(limit).toArray();
}

/** Finds who wrote a message; a customer's is marked as theirs. */
export async function findSender(core: Core, inbound: Inbound): Promise<Sender> {
  const { shopId, from } = inbound;
  const member = await core.db.members.findOne({ shopId, addresses: from });
  if (member) return { kind: 'member', member };
  const customer = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  if (customer) await core.db.inbound.updateOne({ _id: inbound._id }, { $set: { customerId: customer._id } });
  return { kind: 'customer', customer };
}

/** What the tapped button said, from the latest message that had it. */
async function findChoiceLabel(
  core: Core,
  shopId: Types.ObjectId,
  to: AddressKey,
  choiceId: string,
): Promise<string | undefined> {
  const sent = await core.db.deliveries.findOne(
    { shopId, to, 'message.choices.id': choiceId },
    { sort: { createdAt: -1, _id: -1 }, projection: { message: 1 } },
  );
  return sent?.message.choices?.find((choice) => choice.id === choiceId)?.label;
}
