import type { Customer, Topic } from '../customers/customer.model.ts';
import type { AddressKey, ChannelName } from '../message.ts';
import { type SendingRules, whyWait } from '../shops/sendingHours.ts';
import type { Shop } from '../shops/shop.model.ts';

/** Why a person is left out; each has words in bot/i18n under `reason.<name>`. */
export type Refusal =
  | 'erased'
  | 'merged'
  | 'merging'
  | 'blocked'
  | 'no_address'
  | 'bounced'
  | 'complained'
  | 'opted_out'
  | 'no_consent'
  | 'unconfirmed'
  | 'doubt'
  | 'weekly_cap'
  | 'channel_cap'
  | 'window_closed'
  | 'quiet_hours'
  | 'holiday';
/** They mean "yes, but later". */
export const LATER: ReadonlySet<Refusal> = new Set(['quiet_hours', 'holiday']);
export type GateAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal };

/** What the gate knows beside the customer: the shop's rules and the marketing messages of the last 7 days. */
export interface GateContext {
  readonly shop: SendingRules & Pick<Shop, 'weeklyCap'> & Partial<Pick<Shop, 'channelCaps'>>;
  readonly sentThisWeek: number;
  readonly sentByChannel?: Partial<Record<ChannelName, number>>;
  /** addresses that only a template reaches now, where this is none */
  readonly closedWindows?: ReadonlySet<AddressKey>;
}

/**
 * The one gate: may this customer be sent something about `topic` at `address` now? `customer` null: erased since.
 * Quiet hours and holidays are asked last, so that these refusals mean "yes, but later".
 */
export function canMessage(
  customer: Pick<Customer, 'addresses' | 'blocked'> | null,
  address: AddressKey,
  topic: Topic,
  now: Date,
  context: GateContext,
): GateAnswer {
  const refusal = findRefusal(customer, address, topic, now, context);
  return refusal ? { ok: false, reason: refusal } : { ok: true };
}

function findRefusal(
  customer: Pick<Customer, 'addresses' | 'blocked'> | null,
  address: AddressKey,
  topic: Topic,
  now: Date,
  { shop, sentThisWeek, sentByChannel, closedWindows }: GateContext,
): Refusal | null {
  if (!customer) return 'erased';
  if (customer.blocked) return 'blocked';
  const held = customer.addresses.find(({ key }) => key === address);
  if (!held) return 'no_address';
  if (held.standing?.state === 'bounced') return 'bounced';
  const closed = closedWindows?.has(address) ?? false;
  if (topic === 'service') return held.service === 'denied' ? 'opted_out' : closed ? 'window_closed' : null;
  if (held.stopped || held.marketing === 'denied') return 'opted_out';
  if (held.held) return 'doubt';
  if (held.marketing !== 'granted') return held.marketing === 'pending' ? 'unconfirmed' : 'no_consent';
  if (held.standing?.state === 'complained') return 'complained';
  if (sentThisWeek >= shop.weeklyCap) return 'weekly_cap';
  if ((sentByChannel?.[held.channel] ?? 0) >= (shop.channelCaps?.[held.channel] ?? Infinity)) return 'channel_cap';
  if (closed) return 'window_closed';
  return whyWait(shop, now, address);
}
