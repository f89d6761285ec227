import type { mongo, Types } from 'mongoose';
import { canMessage, LATER } from '../consents/canMessage.ts';
import type { Core } from '../core.ts';
import type { Attempt, Delivery } from '../deliveries/delivery.model.ts';
import type { QueuedRow } from '../deliveries/sendGroup.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';
import {
  chooseWay,
  type Moment,
  PERSON_FIELDS,
  type Person,
  type Plan,
  type Recipient,
  readMoment,
  readPlan,
} from './chooseWay.ts';
import { messageFields } from './planCampaign.ts';
import { isSending } from './sendCampaign.ts';

const BATCH = 500;
/** An offer is not sent on long after it was meant to arrive. */
const WITHIN_MS = 24 * 3600_000;

/** Whether there is anyone whom a next channel may yet reach. */
export async function hasFalling(core: Core, campaign: Campaign): Promise<boolean> {
  if (campaign.channel !== 'auto') return false;
  return (await core.db.deliveries.findOne(fallingRows(core, campaign), { projection: { _id: 1 } })) !== null;
}

/** Failed ones where the campaign says so; always those whose WhatsApp window closed before anything was sent. */
function fallingRows(core: Core, { _id, shopId, fallback }: Campaign): mongo.Filter<Delivery> {
  const since = new Date(core.clock.now().getTime() - WITHIN_MS);
  const failed = { status: 'failed' as const, sentAt: { $gte: since } };
  const closed = { status: 'skipped' as const, reason: 'window_closed', 'message.text': { $ne: '' } };
  return { shopId, campaignId: _id, $or: fallback ? [failed, closed] : [closed] };
}

/**
 * Puts whoever a channel has failed to reach back into the queue for the next one, each channel once, and says how many.
 * What may have arrived stays. Who has shut us out, or is reached nowhere else, stays too.
 */
export async function fallCampaign(core: Core, shop: Shop, campaign: Campaign): Promise<number> {
  if (!(await hasFalling(core, campaign))) return 0;
  const plan = await readPlan(core, shop, campaign);
  let fallen = 0;
  let after: Types.ObjectId | undefined;
  for (;;) {
    const rows = (await core.db.deliveries
      .find({ ...fallingRows(core, campaign), ...(after ? { _id: { $gt: after } } : {}) })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray()) as QueuedRow[];
    // Entered before the look at the campaign: a cancel either is seen by it or takes back what is written here.
    const leave = sendsInFlight(core.db).enter(rows.map(({ customerId }) => customerId));
    try {
      if (await isSending(core, campaign)) fallen += await fallTogether(core, plan, rows);
    } finally {
      leave();
    }
    after = rows.at(-1)?._id;
    if (rows.length < BATCH) return fallen;
  }
}

async function fallTogether(core: Core, plan: Plan, rows: readonly QueuedRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { shop } = plan;
  const ids = rows.map(({ customerId }) => customerId);
  const people = await core.db.customers
    .find(
      { _id: { $in: ids }, shopId: shop._id },
      { projection: Object.fromEntries(PERSON_FIELDS.map((field) => [field, 1])) },
    )
    .toArray();
  const byId = new Map(people.map((person): [string, Person] => [person._id.toHexString(), person]));
  const moment = await readMoment(core, shop._id, people);
  const writes = rows.flatMap((row) => {
    const person = byId.get(row.customerId.toHexString());
    const next = person && !hasRefused(plan, person, row, moment) ? nextWay(plan, person, row, moment) : null;
    return next?.ok ? [fallWrite(row, next)] : [];
  });
  return writes.length === 0 ? 0 : (await core.db.deliveries.bulkWrite(writes, { ordered: false })).modifiedCount;
}

/** It was the person who would not have it there, not the provider who failed. */
function hasRefused({ shop }: Plan, person: Person, row: QueuedRow, { now }: Moment): boolean {
  const answer = canMessage(person, row.to, row.topic, now, { shop, sentThisWeek: 0 });
  return !answer.ok && !LATER.has(answer.reason);
}

function nextWay(plan: Plan, person: Person, { _id, channel, tried = [] }: QueuedRow, moment: Moment): Recipient {
  const past = new Set([channel, ...tried.map((attempt) => attempt.channel)]);
  return chooseWay(plan, person, moment, { tried: past, deliveryId: _id });
}

/** A word that it did arrive, come meanwhile, has moved the row on and wins. */
function fallWrite(row: QueuedRow, next: Recipient & { ok: true }): mongo.AnyBulkWriteOperation<Delivery> {
  const { channel, to, reason = '', providerId, sentAt } = row;
  const attempt: Attempt = {
    channel,
    to,
    reason,
    ...(providerId ? { providerId } : {}),
    ...(sentAt ? { sentAt } : {}),
  };
  const $set = { to: next.address, channel: next.channel, status: 'queued' as const, ...messageFields(next) };
  const gone = ['reason', 'providerId', 'sentAt', 'notBefore', 'attempts', 'cost', 'outsideWindow'] as const;
  const $unset = Object.fromEntries(gone.filter((field) => !(field in $set)).map((field) => [field, '' as const]));
  return {
    updateOne: {
      filter: { _id: row._id, status: row.status, channel },
      update: { $set, $unset, $push: { tried: attempt } },
    },
  };
}
