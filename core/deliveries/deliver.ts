import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import { refuseAddress } from '../consents/refuseAddress.ts';
import type { Core } from '../core.ts';
import { noteContact } from '../customers/noteContact.ts';
import { writeTogether } from '../db/writeTogether.ts';
import { KadeError } from '../errors.ts';
import { findLastVia } from '../inbox/findLastVia.ts';
import { watchSend } from '../incidents/watchSend.ts';
import { type OutboundMessage, parseAddress, type SendOutcome } from '../message.ts';
import type { Channel } from '../ports.ts';
import type { Delivery } from './delivery.model.ts';

const ANSWER_WITHIN_MS = 30_000;
/** How long a reply waits for a carrier that asks for patience, each time, and how often it asks in all. */
const PATIENCE_MS = 20_000;
const ATTEMPTS = 3;
/** Of a channel that can edit some of its messages, and not this one. */
const NOT_EDITABLE = 'not_editable';
/** Between two messages of progress where none can be edited. */
const SPARING_MS = 60_000;

/**
 * The one door out, for replies and campaigns alike: sends a delivery's message through its channel. Never throws, and
 * takes some 30 s at most; the caller writes the outcome to the row. Who has shut us out is opted out here.
 */
export async function deliver(core: Core, delivery: Delivery): Promise<SendOutcome> {
  const channel = core.channels.get(delivery.channel);
  if (!channel) return { status: 'failed', reason: 'channel_off' };
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, { status: 'unknown', reason: 'no_answer' });
  });
  try {
    const bulk = delivery.campaignId !== undefined;
    const via = bulk ? null : await findLastVia(core, delivery.shopId, delivery.to);
    const answer = channel.send(
      addressValue(delivery.to),
      delivery.message,
      delivery._id.toHexString(),
      bulk,
      via ?? undefined,
    );
    const outcome = await Promise.race([answer, silence]);
    watchSend(core, delivery, outcome);
    if (outcome.status === 'failed' && outcome.optOut)
      await refuseAddress(core, delivery.shopId, delivery.to, outcome.reason, delivery._id);
    return outcome;
  } catch (error) {
    core.log.error('channel.send', { channel: delivery.channel, deliveryId: delivery._id.toHexString(), error });
    return { status: 'unknown', reason: 'channel_error' };
  } finally {
    clearTimeout(timer);
  }
}

/** Where a reply goes, to which customer, and the member who wrote it by hand. */
type Addressee = Pick<Delivery, 'shopId' | 'to' | 'customerId' | 'memberId'>;

/** Sends one reply (a row of its own, `service` topic) and writes what became of it. */
export async function reply(core: Core, to: Addressee, message: OutboundMessage): Promise<Delivery> {
  const row = replyRow(core, to, message);
  await writeTogether(core.db.deliveries, { insertOne: { document: row } });
  const outcome = await deliverPatiently(core, row);
  const settled = outcomeFields(outcome);
  await writeTogether(core.db.deliveries, { updateOne: { filter: { _id: row._id }, update: { $set: settled } } });
  if (to.customerId && settled.sentAt) await noteContact(core, to.shopId, [to.customerId], settled.sentAt);
  return { ...row, ...settled };
}

/** Someone waits for a reply: a short wait that the carrier asks for is waited out. */
async function deliverPatiently(core: Core, row: Delivery): Promise<SendOutcome> {
  let outcome = await deliver(core, row);
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    if (outcome.status !== 'retry' || outcome.afterMs > PATIENCE_MS || core.stopping.aborted) break;
    await sleep(outcome.afterMs, undefined, { signal: core.stopping }).catch(() => undefined);
    outcome = await deliver(core, row);
  }
  return outcome;
}

/** The one reply without a row: that the disk is too full for one. It reaches whoever waits, and stands in no history. */
export async function replyUnkept(
  core: Core,
  to: Pick<Delivery, 'shopId' | 'to'>,
  message: OutboundMessage,
): Promise<void> {
  await deliver(core, replyRow(core, to, message));
}

function replyRow(core: Core, to: Addressee, message: OutboundMessage): Delivery {
  const now = core.clock.now();
  return {
    _id: new Types.ObjectId(),
    ...to,
    channel: channelOf(core, to.to).name,
    topic: 'service',
    message,
    status: 'sending',
    createdAt: now,
    sentAt: now,
  };
}

/** Replaces the text of an earlier reply in place. Where a channel cannot edit it is a new message, a minute after the last one at the earliest. */
export async function editReply(
  core: Core,
  shopId: Types.ObjectId,
  id: string,
  message: OutboundMessage,
): Promise<string> {
  const row = await core.db.deliveries.findOne({ _id: new Types.ObjectId(id), shopId });
  if (!row) throw new KadeError('choice_expired');
  const channel = channelOf(core, row.to);
  if (channel.edit && row.providerId) {
    await core.db.deliveries.updateOne({ _id: row._id }, { $set: { message } });
    const edited = await channel.edit(addressValue(row.to), row.providerId, message);
    if (edited.status !== 'failed' || edited.reason !== NOT_EDITABLE) return id;
  }
  if (core.clock.now().getTime() - row.createdAt.getTime() < SPARING_MS) return id;
  return (await reply(core, { shopId, to: row.to, customerId: row.customerId }, message))._id.toHexString();
}

/** The fields of a reply's row that an outcome sets. */
function outcomeFields(outcome: SendOutcome): Partial<Delivery> {
  switch (outcome.status) {
    case 'sent':
      return { status: 'sent', providerId: outcome.providerId };
    // An answer that comes much later than its question is of no use: it is not queued.
    case 'retry':
      return { status: 'failed', reason: outcome.reason };
    case 'failed':
    case 'unknown':
      return { status: outcome.status, reason: outcome.reason };
    default:
      return outcome satisfies never;
  }
}

function channelOf(core: Core, address: string): Channel {
  const channel = core.channels.get(parseAddress(address)?.channel ?? 'web');
  if (!channel) throw new KadeError('channel_off', { channel: address.split(':')[0] ?? address });
  return channel;
}

function addressValue(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}
