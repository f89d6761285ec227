import type { Types } from 'mongoose';
import type { Refusal } from '../consents/canMessage.ts';
import { chooseAddress } from '../consents/chooseAddress.ts';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { countSentThisWeek } from '../deliveries/countSentThisWeek.ts';
import type { AddressKey } from '../message.ts';
import { segmentMembers } from '../segments/segmentMembers.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';
import { withOptOut } from './optOutLine.ts';
import { messageCost } from './prices.ts';
import { smsParts } from './smsParts.ts';
import { parseTemplate, renderTemplate, type Template } from './template.ts';

/** Why a person of the segment gets no message: a refusal of the gate, or a field that is not known. */
export type LeftOutReason = Refusal | 'missing_field';

/** One person of a campaign's segment: the message they would get, or why they get none. */
export type Recipient = { readonly customer: Person; readonly address: AddressKey } & (
  | { readonly ok: true; readonly text: string; readonly parts: number; readonly cost: number | null }
  | { readonly ok: false; readonly reason: LeftOutReason }
);

const READ_FIELDS = ['name', 'city', 'addresses', 'blocked'] as const;
type Person = Pick<Customer, '_id' | (typeof READ_FIELDS)[number]>;

const BATCH = 500;

/** The people of a campaign's segment in the order of their ids, from after `after`, each decided as of now, in batches of 500. */
export async function* listRecipients(
  core: Core,
  shop: Shop,
  campaign: Pick<Campaign, 'segment' | 'channel' | 'text'>,
  after?: Types.ObjectId,
): AsyncGenerator<Recipient[]> {
  const now = core.clock.now();
  const template = parseTemplate(campaign.text);
  const members = await segmentMembers(core.db, shop, campaign.segment, now);
  const people = core.db.customers
    .find(
      { shopId: shop._id, ...(after ? { _id: { $gt: after } } : {}), ...members },
      { projection: Object.fromEntries(READ_FIELDS.map((field) => [field, 1])), sort: { _id: 1 }, batchSize: BATCH },
    )
    .map((customer): Person => customer);
  const decide = async (customers: Person[]): Promise<Recipient[]> => {
    const sent = await countSentThisWeek(
      core,
      shop._id,
      customers.map(({ _id }) => _id),
    );
    return customers.map((customer) =>
      decideRecipient(shop, campaign.channel, template, customer, now, sent.get(customer._id.toHexString()) ?? 0),
    );
  };
  let batch: Person[] = [];
  for await (const customer of people) {
    if (batch.push(customer) < BATCH) continue;
    yield await decide(batch);
    batch = [];
  }
  if (batch.length > 0) yield await decide(batch);
}

function decideRecipient(
  shop: Shop,
  channel: Campaign['channel'],
  template: Template,
  customer: Person,
  now: Date,
  sentThisWeek: number,
): Recipient {
  const { address, refusal } = chooseAddress(customer, channel, 'marketing', now, { shop, sentThisWeek });
  if (refusal) return { customer, address, ok: false, reason: refusal };
  const text = renderTemplate(template, customer, shop);
  if (text === null) return { customer, address, ok: false, reason: 'missing_field' };
  return { customer, address, ok: true, ...priced(channel, withOptOut(text), shop.currency) };
}

function priced(channel: Campaign['channel'], text: string, currency: string) {
  const parts = channel === 'sms' ? smsParts(text).parts : 1;
  return { text, parts, cost: messageCost(channel, parts, currency) };
}
