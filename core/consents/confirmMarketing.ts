import type { Core } from '../core.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import { followChanges } from '../segments/followChanges.ts';
import { recordConsents } from './recordConsent.ts';
import { sameNumber } from './stopAddress.ts';
import { keepWording } from './wording.ts';

/** What a person was asked, and what they answered, in words. */
export interface ConsentAnswer {
  readonly yes: boolean;
  readonly asked: string;
  readonly words: string;
}

/**
 * Someone answers whether they want what was noted of them: yes makes it a consent, no ends it. Only what waits is
 * touched: a STOP in between stands. false: nothing waits. May be repeated.
 */
export async function confirmMarketing(core: Core, inbound: Inbound, answer: ConsentAnswer): Promise<boolean> {
  const { shopId, from } = inbound;
  const customer = await core.db.customers.findOne({ shopId, 'addresses.key': from });
  const waiting = customer
    ? sameNumber(customer, from).filter(({ marketing, stopped, held }) => marketing === 'pending' && !stopped && !held)
    : [];
  if (!customer || waiting.length === 0) return false;
  const wording = await keepWording(core, shopId, answer.asked);
  await recordConsents(
    core,
    shopId,
    waiting.map(({ key }) => ({
      customerId: customer._id,
      address: key,
      topic: 'marketing',
      state: answer.yes ? 'granted' : 'denied',
      source: 'confirmation',
      words: answer.words,
      wording,
      evidenceId: inbound._id.toHexString(),
    })),
  );
  void followChanges(core, shopId, [customer._id], ['messages']);
  return true;
}
