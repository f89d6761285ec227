import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { segmentMembers } from '../segments/segmentMembers.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';
import { chooseWay, PERSON_FIELDS, type Person, type Recipient, readMoment, readPlan } from './chooseWay.ts';

const BATCH = 500;

/** The people of a campaign's segment in the order of their ids, from after `after`, each decided as of now, in batches of 500. */
export async function* listRecipients(
  core: Core,
  shop: Shop,
  campaign: Campaign,
  after?: Types.ObjectId,
): AsyncGenerator<Recipient[]> {
  const plan = await readPlan(core, shop, campaign);
  const members = await segmentMembers(core.db, shop, campaign.segment, core.clock.now());
  const people = core.db.customers
    .find(
      { shopId: shop._id, ...(after ? { _id: { $gt: after } } : {}), ...members },
      { projection: Object.fromEntries(PERSON_FIELDS.map((field) => [field, 1])), sort: { _id: 1 }, batchSize: BATCH },
    )
    .map((customer): Person => customer);
  const decide = async (customers: Person[]): Promise<Recipient[]> => {
    const moment = await readMoment(core, shop._id, customers);
    return customers.map((customer) => chooseWay(plan, customer, moment));
  };
  let batch: Person[] = [];
  for await (const customer of people) {
    if (batch.push(customer) < BATCH) continue;
    yield await decide(batch);
    batch = [];
  }
  if (batch.length > 0) yield await decide(batch);
}
