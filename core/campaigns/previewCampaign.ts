import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import { nextSendingTime } from '../shops/sendingHours.ts';
import { getShop } from '../shops/shops.ts';
import type { Campaign } from './campaign.model.ts';
import { getCampaign } from './moveCampaign.ts';
import { type LeftOutReason, listRecipients } from './recipients.ts';
import { type SmsParts, smsParts } from './smsParts.ts';

/** What a launch would do as of now. */
export interface CampaignPreview {
  readonly campaign: Campaign;
  /** people in the segment */
  readonly size: number;
  readonly reachable: number;
  /** most frequent first */
  readonly leftOut: readonly { readonly reason: LeftOutReason; readonly count: number }[];
  /** messages as three of them would get it */
  readonly samples: readonly { readonly name: string | null; readonly to: AddressKey; readonly text: string }[];
  /** five people who get it */
  readonly names: readonly string[];
  /** SMS only: the longest message, and the parts of all */
  readonly sms: (SmsParts & { readonly allParts: number }) | null;
  /** minor units of the shop's currency, whole; null: no price known */
  readonly cost: number | null;
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
  const samples: CampaignPreview['samples'][number][] = [];
  const names: string[] = [];
  const sum = { size: 0, reachable: 0, parts: 0, longest: '', cost: 0 as number | null };
  for await (const recipients of listRecipients(core, shop, campaign))
    for (const recipient of recipients) {
      sum.size += 1;
      if (!recipient.ok) {
        leftOut.set(recipient.reason, (leftOut.get(recipient.reason) ?? 0) + 1);
        continue;
      }
      sum.reachable += 1;
      sum.parts += recipient.parts;
      sum.cost = sum.cost === null || recipient.cost === null ? null : sum.cost + recipient.cost;
      if (recipient.text.length > sum.longest.length) sum.longest = recipient.text;
      const name = recipient.customer.name ?? null;
      if (samples.length < SAMPLES) samples.push({ name, to: recipient.address, text: recipient.text });
      if (names.length < NAMES) names.push(name ?? recipient.address);
    }
  const now = core.clock.now();
  const opens = nextSendingTime(shop, now);
  return {
    campaign,
    size: sum.size,
    reachable: sum.reachable,
    leftOut: [...leftOut].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    samples,
    names,
    sms: campaign.channel === 'sms' ? { ...smsParts(sum.longest), allParts: sum.parts } : null,
    cost: sum.cost === null ? null : Math.round(sum.cost),
    notBefore: opens > now ? opens : null,
  };
}

/** The message as the first reachable person of the segment would get it, for the member's own chat; `campaign_empty` when there is none. */
export async function renderTest(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<string> {
  const [shop, campaign] = await Promise.all([getShop(core.db, shopId), getCampaign(core, shopId, id)]);
  for await (const recipients of listRecipients(core, shop, campaign)) {
    const first = recipients.find((recipient) => recipient.ok);
    if (first?.ok) return first.text;
  }
  throw new KadeError('campaign_empty');
}
