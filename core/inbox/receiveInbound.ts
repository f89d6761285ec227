import { type mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { insertNew } from '../db/insertNew.ts';
import { type Delivery, UNSEEN_STATUSES } from '../deliveries/delivery.model.ts';
import type { Member } from '../members/member.model.ts';
import { type Choice, type InboundMessage, parseAddress } from '../message.ts';
import type { Inbound } from './inbound.model.ts';
import { readChoice } from './readChoice.ts';

/** Who wrote: a linked member, a known customer, or neither. */
export type Sender = { kind: 'member'; member: Member } | { kind: 'customer'; customer: Customer | null };

/** Keeps a message, waiting for its answer, once per provider id; null: it was seen before. */
export async function receiveInbound(
  core: Core,
  shopId: Types.ObjectId,
  message: InboundMessage,
): Promise<Inbound | null> {
  const choice = await findChoice(core, shopId, message);
  const inbound: Inbound = {
    _id: new Types.ObjectId(),
    shopId,
    providerId: message.id,
    from: message.from,
    ...(message.via ? { via: message.via } : {}),
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(choice ? { choiceId: choice.id } : {}),
    ...(choice?.label ? { choiceLabel: choice.label } : {}),
    ...(message.file ? { file: message.file } : {}),
    ...(message.signal ? { signal: message.signal } : {}),
    ...(message.answered ? { answered: true } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
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

/** The choice that was tapped, with what its button said; where there are no buttons, the one that the text names of those asked last. */
async function findChoice(
  core: Core,
  shopId: Types.ObjectId,
  { from, choiceId, text }: InboundMessage,
): Promise<{ id: string; label?: string } | null> {
  if (choiceId !== undefined) {
    const asked = await lastChoices(core, { shopId, to: from, 'message.choices.id': choiceId });
    return asked.find(({ id }) => id === choiceId) ?? { id: choiceId };
  }
  if (text === undefined || core.channels.get(parseAddress(from)?.channel ?? 'web')?.buttons !== false) return null;
  return readChoice(text, await lastChoices(core, { shopId, to: from, status: { $nin: [...UNSEEN_STATUSES] } }));
}

/** The choices of the latest of these messages. */
async function lastChoices(core: Core, filter: mongo.Filter<Delivery>): Promise<readonly Choice[]> {
  const sent = await core.db.deliveries.findOne(filter, {
    sort: { createdAt: -1, _id: -1 },
    projection: { message: 1 },
  });
  return sent?.message.choices ?? [];
}
