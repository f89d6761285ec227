import { recordConsent } from '../consents/recordConsent.ts';
import { keepWording } from '../consents/wording.ts';
import type { Core } from '../core.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import { mergeCustomers } from '../merges/mergeCustomers.ts';
import { followChanges } from '../segments/followChanges.ts';
import { openTo } from './createJoinLink.ts';
import type { Customer } from './customer.model.ts';
import { getCustomer } from './getCustomer.ts';
import { isBare, joinAddresses } from './joinAddress.ts';
import type { JoinLink } from './joinLink.model.ts';
import { openCustomer } from './openCustomer.ts';

/**
 * Someone who came by a link says yes to offers: their address joins the customer whom the link was made for, else is a
 * new customer's. `asked` is what they said yes to, `words` what stood there in all. null: the link is used or too old. May be repeated.
 */
export async function acceptJoinLink(
  core: Core,
  inbound: Inbound,
  token: string,
  { asked, words }: { asked: string; words: string },
): Promise<Customer | null> {
  const { shopId, from } = inbound;
  const link = await core.db.joinLinks.findOneAndUpdate(openTo(core, shopId, token, from), { $set: { takenBy: from } });
  if (!link) return null;
  const customer = await joinCustomer(core, link, inbound);
  await recordConsent(core, shopId, {
    customerId: customer._id,
    address: from,
    topic: 'marketing',
    state: 'granted',
    source: 'link',
    words,
    wording: await keepWording(core, shopId, asked),
    evidenceId: inbound._id.toHexString(),
  });
  await core.db.joinLinks.deleteOne({ _id: link._id });
  void followChanges(core, shopId, [customer._id], ['profile', 'messages']);
  return core.db.customers.findOne({ _id: customer._id, shopId });
}

/** Who is known by more than this address stays who they are: the shop, not the link, decides whether two are one. */
async function joinCustomer(core: Core, link: JoinLink, { shopId, from }: Inbound): Promise<Customer> {
  const known = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  const meant = link.customerId && (await core.db.customers.findOne({ _id: link.customerId, shopId }));
  if (!known) return joinAddresses(core, meant ?? (await openCustomer(core, shopId, from)), [from], 'link');
  if (!meant || meant._id.equals(known._id) || !isBare(known)) return joinAddresses(core, known, [from], 'link');
  await mergeCustomers(core, shopId, { into: meant._id, from: known._id });
  return getCustomer(core, shopId, meant._id);
}
