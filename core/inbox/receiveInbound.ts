import { type mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { DUPLICATE } from '../db/insertNew.ts';
import { writeTogether } from '../db/writeTogether.ts';
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
  const inbound: Inbound = {
    _id: new Types.ObjectId(),
    shopId,
    providerId: message.id,
    from: message.from,
    ...(message.via ? { via: message.via } : {}),
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.choiceId === undefined ? {} : { choiceId: message.choiceId }),
    ...(message.file ? { file: message.file } : {}),
    ...(message.signal ? { signal: message.signal } : {}),
    ...(message.answered ? { answered: true } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    at: message.at,
    waiting: true,
  };
  try {
    await writeTogether(core.db.inbound, { insertOne: { document: inbound } });
    return inbound;
  } catch (error) {
    if ((error as { code?: unknown }).code === DUPLICATE) return null;
    throw error;
  }
}

/** A kept message with the choice that it is, by a tap or by words, and what its button said; noted for the history. */
export async function readInboundChoice(core: Core, inbound: Inbound): Promise<Inbound> {
  const choice = await findChoice(core, inbound);
  if (!choice) return inbound;
  const $set = { choiceId: choice.id, choiceLabel: choice.label };
  await writeTogether(core.db.inbound, { updateOne: { filter: { _id: inbound._id }, update: { $set } } });
  return { ...inbound, ...$set };
}

/** Notes that a message has its answer. */
export async function settleInbound(core: Core, inbound: Inbound): Promise<void> {
  await writeTogether(core.db.inbound, {
    updateOne: { filter: { _id: inbound._id }, update: { $unset: { waiting: '' } } },
  });
}

/** What a stopped process left unanswered, oldest first. */
export async function listWaiting(core: Core, shopId: Types.ObjectId, limit: number): Promise<Inbound[]> {
  return core.db.inbound.find({ shopId, waiting: true }).sort({ _id: 1 }).limit(limit).toArray();
}

/** Finds who wrote each of these messages of a shop; a customer's are marked as theirs. */
export async function findSenders(core: Core, shopId: Types.ObjectId, messages: readonly Inbound[]): Promise<Sender[]> {
  const $in = [...new Set(messages.map(({ from }) => from))];
  const [members, customers] = await Promise.all([
    core.db.members.find({ shopId, addresses: { $in } }).toArray(),
    core.db.customers.find({ shopId, 'addresses.key': { $in } }).toArray(),
  ]);
  const memberAt = new Map(members.flatMap((member) => member.addresses.map((address) => [address, member] as const)));
  const customerAt = new Map(
    customers.flatMap((customer) => customer.addresses.map(({ key }) => [key, customer] as const)),
  );
  const senders = messages.map(({ from }): Sender => {
    const member = memberAt.get(from);
    return member ? { kind: 'member', member } : { kind: 'customer', customer: customerAt.get(from) ?? null };
  });
  const theirs = messages.flatMap(({ _id }, at): mongo.AnyBulkWriteOperation<Inbound>[] => {
    const sender = senders[at];
    if (sender?.kind !== 'customer' || !sender.customer) return [];
    return [{ updateOne: { filter: { _id }, update: { $set: { customerId: sender.customer._id } } } }];
  });
  if (theirs.length > 0) await core.db.inbound.bulkWrite(theirs, { ordered: false });
  return senders;
}

/** The choice that was tapped; where there are no buttons, the one that the text names of those asked last before it came. */
async function findChoice(core: Core, { _id, shopId, from, choiceId, text, signal }: Inbound): Promise<Choice | null> {
  if (choiceId !== undefined) {
    const asked = await lastChoices(core, { shopId, to: from, 'message.choices.id': choiceId });
    return asked.find(({ id }) => id === choiceId) ?? null;
  }
  // Nobody chooses by words that are not theirs.
  if (text === undefined || signal) return null;
  if (core.channels.get(parseAddress(from)?.channel ?? 'web')?.buttons !== false) return null;
  const before = { shopId, to: from, _id: { $lt: _id }, status: { $nin: [...UNSEEN_STATUSES] } };
  return readChoice(text, await lastChoices(core, before));
}

/** The choices of the latest of these messages. */
async function lastChoices(core: Core, filter: mongo.Filter<Delivery>): Promise<readonly Choice[]> {
  const sent = await core.db.deliveries.findOne(filter, {
    sort: { createdAt: -1, _id: -1 },
    projection: { message: 1 },
  });
  return sent?.message.choices ?? [];
}
