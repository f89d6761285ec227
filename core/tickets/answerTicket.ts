import type { Types } from 'mongoose';
import type { Refusal } from '../consents/canMessage.ts';
import type { Core } from '../core.ts';
import type { Customer, CustomerAddress } from '../customers/customer.model.ts';
import { getCustomer } from '../customers/getCustomer.ts';
import { messageCustomer, reachableAddresses } from '../customers/messageCustomer.ts';
import type { Member } from '../members/member.model.ts';
import type { StoredFile } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { type Claim, claimTicket } from './claimTicket.ts';

/** A member's words for one customer; neither text nor file: they take the ticket. */
export interface Answer {
  readonly customerId: Types.ObjectId;
  readonly text: string;
  readonly file?: StoredFile;
  /** what the customer is told first where a person begins to talk with them */
  readonly handOver: string;
  /** even when another member has it */
  readonly takeOver?: boolean;
}

/** What became of it; `taken`: another member has the ticket, and nothing was sent. */
export type Answered =
  | (Claim & { readonly taken: true })
  | { readonly taken: false; readonly refused: Refusal }
  | { readonly taken: false; readonly began: boolean; readonly address: CustomerAddress; readonly failed?: string };

const LONGEST_LAST = 200;

/** Sends a member's answer to where the customer wrote from. Whoever is first has the ticket from then on. */
export async function answerTicket(core: Core, shop: Shop, member: Member, answer: Answer): Promise<Answered> {
  const { text, file, handOver, takeOver = false } = answer;
  const customer = await getCustomer(core, shop._id, answer.customerId);
  const { _id: customerId } = customer;
  const address = await findAnswerAddress(core, shop, customer);
  if (!address) return { taken: false, refused: customer.blocked ? 'blocked' : 'no_address' };
  const claim = await claimTicket(core, member, { customerId, address: address.key, takeOver });
  if (claim.taken) return claim;
  const { began } = claim;
  const whole = [began ? handOver : '', text].filter(Boolean).join('\n\n');
  if (!whole && !file) return { taken: false, began, address };
  const sent = await messageCustomer(core, shop, {
    customerId,
    to: address.key,
    text: whole,
    memberId: member._id,
    ...(file ? { file } : {}),
  });
  if ('refused' in sent) return { taken: false, refused: sent.refused };
  const lastText = (text || file?.name || '').slice(0, LONGEST_LAST);
  if (lastText)
    await core.db.tickets.updateOne(
      { shopId: shop._id, customerId },
      { $set: { lastAt: core.clock.now(), lastText, lastFrom: 'shop' } },
    );
  const failed = sent.status === 'sent' ? {} : { failed: sent.reason ?? sent.status };
  return { taken: false, began, address, ...failed };
}

/** Where an answer goes: where they wrote last, else the first address that can be written to; null: none can. */
export async function findAnswerAddress(core: Core, shop: Shop, customer: Customer): Promise<CustomerAddress | null> {
  const ticket = await core.db.tickets.findOne({ shopId: shop._id, customerId: customer._id });
  const reachable = reachableAddresses(core, shop, customer);
  return reachable.find(({ key }) => key === ticket?.address) ?? reachable[0] ?? null;
}
