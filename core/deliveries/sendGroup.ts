import { type mongo, Types } from 'mongoose';
import { canMessage, type GateAnswer, LATER } from '../consents/canMessage.ts';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { noteContact } from '../customers/noteContact.ts';
import { findClosedWindows } from '../inbox/findClosedWindows.ts';
import { listConcerned } from '../merges/findMerged.ts';
import type { AddressKey, SendOutcome } from '../message.ts';
import { placeOf } from '../shops/placeOf.ts';
import { nextSendingTime, whyWait } from '../shops/sendingHours.ts';
import type { Shop } from '../shops/shop.model.ts';
import { countSentThisWeek, NONE_SENT } from './countSentThisWeek.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './delivery.model.ts';
import { sendsInFlight } from './sendsInFlight.ts';

/** A carrier that asks for later more often than this has failed. */
const MAX_ATTEMPTS = 5;
/** Reasons of a channel that keeps its own pace: whoever waits for their turn was not refused. */
const OWN_PACE: readonly string[] = ['paced', 'slow_pace'];
/** A merge takes less than that. */
const MERGE_REST_MS = 2_000;

/** A queued row with the customer it is for, as campaigns have them. */
export type QueuedRow = Delivery & { customerId: Types.ObjectId };

/**
 * Sends a small group of queued rows, each at most once: claims them, reads their customers anew, asks the gate, sends
 * together, and writes what became of each. A crash in here leaves rows `sending`. Not null: some went back to the queue,
 * for the shop's quiet hours have begun (who is elsewhere waits for their own clock), or the provider refuses the shop
 * itself and `waits` says to wait for its cure.
 */
export async function sendGroup(
  core: Core,
  shop: Shop,
  rows: readonly QueuedRow[],
  { waits }: { readonly waits: boolean },
): Promise<'quiet_hours' | 'provider_refused' | null> {
  // Entered before the claim: a STOP either is seen by the gate below or waits for this group.
  const leave = sendsInFlight(core.db).enter(rows.map(({ customerId }) => customerId));
  try {
    const claimed = await claim(core, rows);
    const closedWindows = await findClosedWindows(
      core,
      shop._id,
      claimed.map(({ to }) => to),
    );
    const ready = claimed.map((row) => (closedWindows.has(row.to) ? { ...row, ...row.outsideWindow } : row));
    const answers = await askGate(core, shop, ready, closedWindows);
    const outcomes = await Promise.all(ready.map((row, at) => outcomeOf(core, row, answers[at])));
    const now = core.clock.now();
    const writes = ready.map((row, at) => outcomeWrite(row, outcomes[at] ?? NOT_ASKED, now, { shop, waits }));
    if (writes.length > 0) await core.db.deliveries.bulkWrite(writes, { ordered: false });
    await noteContact(
      core,
      shop._id,
      ready.filter((_, at) => isSent(outcomes[at])).map(({ customerId }) => customerId),
      now,
    );
    if (waits && outcomes.some(isRefused)) return 'provider_refused';
    return ready.some((row, at) => isLater(outcomes[at]) && waitsWithShop(shop, row, now)) ? 'quiet_hours' : null;
  } finally {
    leave();
  }
}

/** Rows that went elsewhere since they were read (taken back, claimed by another) are left out. */
async function claim(core: Core, rows: readonly QueuedRow[]): Promise<readonly QueuedRow[]> {
  const token = new Types.ObjectId();
  const ids = rows.map(({ _id }) => _id);
  const now = core.clock.now();
  const { modifiedCount } = await core.db.deliveries.updateMany(
    { _id: { $in: ids }, status: 'queued' },
    { $set: { status: 'sending', claim: token, sentAt: now }, $unset: { reason: '', notBefore: '' } },
  );
  const claimed = rows.map((row): QueuedRow => ({ ...row, status: 'sending', claim: token, sentAt: now }));
  if (modifiedCount === rows.length) return claimed;
  const own = await core.db.deliveries
    .find({ _id: { $in: ids }, status: 'sending', claim: token }, { projection: { _id: 1 } })
    .toArray();
  const ours = new Set(own.map(({ _id }) => _id.toHexString()));
  return claimed.filter(({ _id }) => ours.has(_id.toHexString()));
}

async function askGate(
  core: Core,
  shop: Shop,
  rows: readonly QueuedRow[],
  closedWindows: ReadonlySet<AddressKey>,
): Promise<GateAnswer[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ customerId }) => customerId);
  const [customers, sent] = await Promise.all([
    core.db.customers
      .find({ _id: { $in: ids }, shopId: shop._id }, { projection: { addresses: 1, blocked: 1 } })
      .toArray(),
    countSentThisWeek(
      core,
      shop._id,
      ids,
      rows.map(({ _id }) => _id),
    ),
  ]);
  const byId = new Map(customers.map((customer): [string, Customer] => [customer._id.toHexString(), customer]));
  const now = core.clock.now();
  const answers = rows.map((row) => {
    const key = row.customerId.toHexString();
    const context = { shop, ...(sent.get(key) ?? NONE_SENT), ...(row.message.template ? {} : { closedWindows }) };
    return canMessage(byId.get(key) ?? null, row.to, row.topic, now, context);
  });
  return askMerges(core, shop, rows, answers);
}

/** Who is not found, or not there, may be another's part by now: in the middle of a merge it is asked again later. */
async function askMerges(
  core: Core,
  shop: Shop,
  rows: readonly QueuedRow[],
  answers: GateAnswer[],
): Promise<GateAnswer[]> {
  const isLost = (answer: GateAnswer | undefined) =>
    answer?.ok === false && (answer.reason === 'erased' || answer.reason === 'no_address');
  const lost = rows.filter((_, at) => isLost(answers[at])).map(({ customerId }) => customerId);
  if (lost.length === 0) return answers;
  const merges = await listConcerned(core, shop._id, lost);
  return answers.map((answer, at) => {
    const id = rows[at]?.customerId;
    const merge = isLost(answer) && merges.find(({ from, into }) => id && (from.equals(id) || into.equals(id)));
    return merge ? { ok: false, reason: merge.state === 'merged' ? 'merged' : 'merging' } : answer;
  });
}

/** It is not about the one message: nobody got it, nobody else will until an owner has mended it. */
function isRefused(outcome: Outcome): boolean {
  return 'status' in outcome && outcome.status === 'failed' && outcome.incident !== undefined;
}

function isSent(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'status' in outcome && outcome.status === 'sent';
}

type Outcome = SendOutcome | { readonly gate: Extract<GateAnswer, { ok: false }>['reason'] };
const NOT_ASKED: Outcome = { gate: 'erased' };

async function outcomeOf(core: Core, row: QueuedRow, answer: GateAnswer | undefined): Promise<Outcome> {
  if (!answer) return NOT_ASKED;
  if (answer.ok) return deliver(core, row);
  return answer.reason === 'merging'
    ? { status: 'retry', afterMs: MERGE_REST_MS, reason: answer.reason }
    : { gate: answer.reason };
}

function isLater(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'gate' in outcome && LATER.has(outcome.gate);
}

/** Whether it is the shop itself that sends nothing now; else only this recipient's clock, or this channel, is closed. */
function waitsWithShop(shop: Shop, { to }: QueuedRow, now: Date): boolean {
  return !placeOf(shop, to).abroad && whyWait(shop, now) !== null;
}

/** A receipt that came before this answer has moved the row on already, and is not undone. */
function outcomeWrite(
  row: QueuedRow,
  outcome: Outcome,
  now: Date,
  { shop, waits }: { readonly shop: Shop; readonly waits: boolean },
): mongo.AnyBulkWriteOperation<Delivery> {
  const filter = { _id: row._id, status: 'sending' as const, claim: row.claim };
  const $unset = { claim: '' as const };
  const back = { ...$unset, sentAt: '' as const };
  if (waits && isRefused(outcome))
    return { updateOne: { filter, update: { $set: { status: 'queued' }, $unset: back } } };
  if ('gate' in outcome && isLater(outcome)) {
    const notBefore = waitsWithShop(shop, row, now) ? {} : { notBefore: nextSendingTime(shop, now, row.to) };
    return { updateOne: { filter, update: { $set: { status: 'queued', ...notBefore }, $unset: back } } };
  }
  if ('gate' in outcome)
    return { updateOne: { filter, update: { $set: { status: 'skipped', reason: outcome.gate }, $unset: back } } };
  const paced = outcome.status === 'retry' && OWN_PACE.includes(outcome.reason);
  const attempts = (row.attempts ?? 0) + (paced ? 0 : 1);
  if (outcome.status === 'retry' && attempts < MAX_ATTEMPTS) {
    const notBefore = new Date(now.getTime() + outcome.afterMs);
    const $set = { status: 'queued' as const, reason: outcome.reason, notBefore, attempts };
    return { updateOne: { filter, update: { $set, $unset: back } } };
  }
  const gone = row.message === row.outsideWindow?.message ? row.outsideWindow : {};
  const $set: Partial<Delivery> =
    outcome.status === 'sent'
      ? { ...gone, status: 'sent', providerId: outcome.providerId }
      : { ...gone, status: outcome.status === 'unknown' ? 'unknown' : 'failed', reason: outcome.reason };
  return { updateOne: { filter, update: { $set, $unset } } };
}
