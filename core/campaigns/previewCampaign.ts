import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import { nextSendingTime } from '../shops/sendingHours.ts';
import { getShop } from '../shops/shops.ts';
import type { Campaign } from './campaign.model.ts';
import type { LeftOutReason, Way } from './chooseWay.ts';
import { getCampaign } from './moveCampaign.ts';
import { pricedCountry } from './prices.ts';
import { listRecipients } from './recipients.ts';
import { type SmsParts, smsParts } from './smsParts.ts';

/** What a launch would do as of now. */
export interface CampaignPreview {
  readonly campaign: Campaign;
  /** people in the segment */
  readonly size: number;
  readonly reachable: number;
  /** how they are reached, most people first; cost as below */
  readonly ways: readonly { readonly way: Way; readonly count: number; readonly cost: number | null }[];
  /** most frequent first */
  readonly leftOut: readonly { readonly reason: LeftOutReason; readonly count: number }[];
  /** messages as three of them would get it */
  readonly samples: readonly { readonly name: string | null; readonly to: AddressKey; readonly text: string }[];
  /** five people who get it */
  readonly names: readonly string[];
  /** SMS only: the longest message, and the parts of all */
  readonly sms: (SmsParts & { readonly allParts: number }) | null;
  /** of those whose price is known: minor units of the shop's currency, whole; null: of nobody */
  readonly cost: number | null;
  /** messages whose price nobody knows, by country (ISO 3166-1 alpha-2, '' for none), most first */
  readonly unpriced: readonly { readonly country: string; readonly count: number }[];
  /** set: marketing may not leave now, but from then on */
  readonly notBefore: Date | null;
}

const SAMPLES = 3;
const NAMES = 5;

/** Goes through the segment as planning does and counts. */
export async function previewCampaign(
  core: Core,
  shopId: Types.ObjectId,
  id: Types.ObjectId,
): Promise<CampaignPreview> {
  const [shop, campaign] = await Promise.all([getShop(core.db, shopId), getCampaign(core, shopId, id)]);
  const leftOut = new Map<LeftOutReason, number>();
  const ways = new Map<Way, { count: number; cost: number | null }>();
  const samples: CampaignPreview['samples'][number][] = [];
  const names: string[] = [];
  const unpriced = new Map<string, number>();
  const sum = { size: 0, smsParts: 0, longestSms: '' };
  for await (const recipients of listRecipients(core, shop, campaign))
    for (const recipient of recipients) {
      sum.size += 1;
      if (!recipient.ok) {
        leftOut.set(recipient.reason, (leftOut.get(recipient.reason) ?? 0) + 1);
        continue;
      }
      const { way, parts, address, customer, message } = recipient;
      const { count, cost } = ways.get(way) ?? { count: 0, cost: null };
      ways.set(way, { count: count + 1, cost: addCosts(cost, recipient.cost) });
      if (recipient.cost === null) {
        const country = pricedCountry(shop, address) ?? '';
        unpriced.set(country, (unpriced.get(country) ?? 0) + 1);
      }
      if (way === 'sms') {
        sum.smsParts += parts;
        if (message.text.length > sum.longestSms.length) sum.longestSms = message.text;
      }
      const name = customer.name ?? null;
      if (samples.length < SAMPLES) samples.push({ name, to: address, text: message.text });
      if (names.length < NAMES) names.push(name ?? address);
    }
  const now = core.clock.now();
  const opens = nextSendingTime(shop, now);
  const all = [...ways].map(([way, { count, cost }]) => ({ way, count, cost })).sort((a, b) => b.count - a.count);
  const cost = all.reduce<number | null>((total, one) => addCosts(total, one.cost), null);
  return {
    campaign,
    size: sum.size,
    reachable: all.reduce((total, { count }) => total + count, 0),
    ways: all,
    leftOut: [...leftOut].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    samples,
    names,
    sms: ways.has('sms') ? { ...smsParts(sum.longestSms), allParts: sum.smsParts } : null,
    cost: cost === null ? null : Math.round(cost),
    unpriced: [...unpriced].map(([country, count]) => ({ country, count })).sort((a, b) => b.count - a.count),
    notBefore: opens > now ? opens : null,
  };
}

/** What is not known adds nothing. */
function addCosts(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

/** The message as the first reachable person of the segment would get it, for the member's own chat; `campaign_empty` when there is none. */
export async function renderTest(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<string> {
  const [shop, campaign] = await Promise.all([getShop(core.db, shopId), getCampaign(core, shopId, id)]);
  for await (const recipients of listRecipients(core, shop, campaign)) {
    const first = recipients.find((recipient) => recipient.ok);
    if (first?.ok) return first.message.text;
  }
  throw new KadeError('campaign_empty');
}
