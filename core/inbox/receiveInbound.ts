import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { Member } from '../members/member.model.ts';
import type { AddressKey, InboundMessage } from '../message.ts';
import type { Inbound } from './inbound.model.ts';

/** Who wrote: a linked member, a known customer, or neither. */
export type Sender = { kind: 'member'; member: Member } | { kind: 'customer'; customer: Customer | null };

/** Keeps a message once per provider id and tells who sent it; null: it was seen before. */
export async function receiveInbound(
  core: Core,
  shopId: Types.ObjectId,
  message: InboundMessage,
): Promise<{ inbound: Inbound; sender: Sender } | null> {
  const sender = await findSender(core, shopId, message.from);
  const choiceLabel = message.choiceId && (await findChoiceLabel(core, shopId, message.from, message.choiceId));
  const inbound: Inbound = {
    _id: new Types.ObjectId(),
    shopId,
    providerId: message.id,
    from: message.from,
    ...(sender.kind === 'customer' && sender.customer ? { customerId: sender.customer._id } : {}),
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.choiceId === undefined ? {} : { choiceId: message.choiceId }),
    ...(choiceLabel ? { choiceLabel } : {}),
    ...(message.file ? { file: message.file } : {}),
    at: message.at,
  };
  try {
    await core.db.inbound.insertOne(inbound);
  } catch (error) {
    if ((error as { code?: number }).code === 11000) return null;
    throw error;
  }
  return { inbound, sender };
}

async function findSender(core: Core, shopId: Types.ObjectId, from: AddressKey): Promise<Sender> {
  const member = await core.db.members.findOne({ shopId, addresses: from });
  if (member) return { kind: 'member', member };
  return { kind: 'customer', customer: await core.db.customers.findOne({ shopId, 'addresses.key': from }) };
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
