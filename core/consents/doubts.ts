import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { cancelQueued } from '../deliveries/cancelQueued.ts';
import { sendsInFlight } from '../deliveries/sendsInFlight.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { AddressKey } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import { recordConsents } from './recordConsent.ts';
import { sameNumber } from './stopAddress.ts';
import { markOptOut } from './stopMarketing.ts';

const TOPIC = 'marketing' as const;
const SOURCE = 'doubt' as const;

/**
 * Someone wrote what may be a STOP: until a member has said what it is, nothing about marketing goes to that number.
 * false: nothing could go there, so there is nothing to ask.
 */
export async function raiseDoubt(core: Core, inbound: Inbound): Promise<boolean> {
  const { shopId, from } = inbound;
  const customer = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  const open = customer
    ? sameNumber(customer, from).filter(({ marketing, held }) => marketing === 'granted' && !held)
    : [];
  if (!customer || open.length === 0) return false;
  await recordConsents(
    core,
    shopId,
    open.map(({ key }) => ({
      customerId: customer._id,
      address: key,
      topic: TOPIC,
      state: 'unknown' as const,
      source: SOURCE,
      words: inbound.text ?? '',
      evidenceId: inbound._id.toHexString(),
    })),
  );
  await sendsInFlight(core.db).settled(customer._id);
  void followChanges(core, shopId, [customer._id], ['messages']);
  return true;
}

/** What a member's word on a doubt came to; `late`: it was settled before, by a member or by the person. */
export interface DoubtAnswer {
  readonly customer: Customer;
  /** the address it was written from */
  readonly from: AddressKey;
  readonly late: boolean;
}

/**
 * A member says whether that message was a STOP: then it counts as one, which START lifts; else offers go on. `words`:
 * the member and their answer. null: the customer, or what they wrote, is gone.
 */
export async function answerDoubt(
  core: Core,
  shopId: Types.ObjectId,
  inboundId: Types.ObjectId,
  { stop, words }: { stop: boolean; words: string },
): Promise<DoubtAnswer | null> {
  const evidenceId = inboundId.toHexString();
  const rows = await core.db.consents.find({ shopId, evidenceId, source: SOURCE }).toArray();
  const [first] = rows;
  const customer = first ? await core.db.customers.findOne({ shopId, _id: first.customerId }) : null;
  if (!first || !customer) return null;
  const asked = rows.filter(({ state }) => state === 'unknown').map(({ address }) => address);
  const held = customer.addresses
    .filter((address) => address.held && asked.includes(address.key))
    .map(({ key }) => key);
  const from = (await core.db.inbound.findOne({ shopId, _id: inboundId }))?.from ?? first.address;
  if (held.length === 0) return { customer, from, late: true };
  const state = stop ? ('denied' as const) : ('granted' as const);
  const row = { customerId: customer._id, topic: TOPIC, state, source: SOURCE, words, evidenceId };
  await recordConsents(
    core,
    shopId,
    held.map((address) => ({ ...row, address })),
  );
  if (stop) {
    await cancelQueued(core, shopId, customer._id, 'opted_out', held);
    await sendsInFlight(core.db).settled(customer._id);
    await markOptOut(core, { shopId, from, at: first.at }, customer);
  }
  void followChanges(core, shopId, [customer._id], ['messages']);
  return { customer, from, late: false };
}
