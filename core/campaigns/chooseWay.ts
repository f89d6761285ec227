import { Types } from 'mongoose';
import type { Refusal } from '../consents/canMessage.ts';
import { chooseAddress } from '../consents/chooseAddress.ts';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { countSentThisWeek, NONE_SENT, type SentThisWeek } from '../deliveries/countSentThisWeek.ts';
import { findClosedWindows } from '../inbox/findClosedWindows.ts';
import type { AddressKey, OutboundMessage } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { CAMPAIGN_CHANNELS, type Campaign, type CampaignChannel } from './campaign.model.ts';
import { isApproved } from './listTemplates.ts';
import { hasWayOut, mailFooter, optOutChoices, withOptOut } from './optOutLine.ts';
import { messageCost } from './prices.ts';
import { toSmsLetters } from './smsLetters.ts';
import { smsParts } from './smsParts.ts';
import { parseTemplate, renderTemplate, type Template } from './template.ts';

/** Why a person of the segment gets no message: a refusal of the gate, or a field that is not known. */
export type LeftOutReason = Refusal | 'missing_field';

/** How a message goes: as free text on a channel, or as an approved template on WhatsApp. */
export type Way = CampaignChannel | 'template';
/** Which of two ways goes first where both cost the same, or no price is known. */
const WAYS: readonly Way[] = ['whatsapp', 'telegram', 'email', 'template', 'sms'];

/** What a campaign needs to know of a customer. */
export const PERSON_FIELDS = ['name', 'city', 'addresses', 'blocked'] as const;
export type Person = Pick<Customer, '_id' | (typeof PERSON_FIELDS)[number]>;

/** A message to one person: SMS parts (1 elsewhere), and minor units, null where no price is known. */
interface Chosen {
  readonly way: Way;
  readonly message: OutboundMessage;
  readonly parts: number;
  readonly cost: number | null;
  /** what goes instead should WhatsApp's 24 hours be over by then */
  readonly outsideWindow?: { readonly message: OutboundMessage; readonly cost?: number };
}

/** One person of a campaign's segment: the message they would get and where, or why they get none. */
export type Recipient = {
  /** of the row that it is, or would be: the text may name it in a link */
  readonly deliveryId: Types.ObjectId;
  readonly customer: Person;
  readonly channel: CampaignChannel;
  readonly address: AddressKey;
} & (({ readonly ok: true } & Chosen) | { readonly ok: false; readonly reason: LeftOutReason });

/** A campaign as it is read for every person: its texts taken apart, the channels that are on. */
export interface Plan {
  readonly shop: Shop;
  readonly text: Template;
  readonly subject: string | undefined;
  /** absent: only free text may go */
  readonly template?: { readonly id: string; readonly variables: readonly (readonly [string, Template])[] };
  /** WhatsApp keeps its 24 hours: within them a message costs nothing */
  readonly windowed: boolean;
  readonly channels: readonly CampaignChannel[];
  /** the link by which a delivery's reader leaves, on channels where nobody can answer */
  readonly optOutUrl: (channel: CampaignChannel, deliveryId: Types.ObjectId) => string | undefined;
  /** the first of `channels` that is possible, not the cheapest */
  readonly inOrder: boolean;
}

/** What decides over people beside themselves, as of now. */
export interface Moment {
  readonly now: Date;
  /** by the customer's id in hex */
  readonly sentThisWeek: ReadonlyMap<string, SentThisWeek>;
  readonly closedWindows: ReadonlySet<AddressKey>;
}

type Planned = Pick<Campaign, 'channel' | 'order' | 'text' | 'subject' | 'template'>;

/** Reads a campaign once for all. A template that is approved no more counts as none. */
export async function readPlan(core: Core, shop: Shop, campaign: Planned): Promise<Plan> {
  const { channel, order = CAMPAIGN_CHANNELS, template, subject } = campaign;
  const on = (one: CampaignChannel) => {
    const found = core.channels.get(one);
    return found !== undefined && hasWayOut(found) && (one !== 'email' || subject !== undefined);
  };
  return {
    shop,
    text: parseTemplate(campaign.text),
    subject,
    ...(template && (await isApproved(core, template.id)) ? { template: readVariables(template) } : {}),
    windowed: core.channels.get('whatsapp')?.templates !== undefined,
    channels: channel === 'auto' ? order.filter(on) : [channel],
    optOutUrl: (one, id) => core.channels.get(one)?.optOutUrl?.(id.toHexString()),
    inOrder: campaign.order !== undefined,
  };
}

function readVariables({ id, variables }: NonNullable<Campaign['template']>): NonNullable<Plan['template']> {
  return { id, variables: Object.entries(variables).map(([name, text]) => [name, parseTemplate(text)] as const) };
}

/** Reads what decides over these people. */
export async function readMoment(core: Core, shopId: Types.ObjectId, people: readonly Person[]): Promise<Moment> {
  const ids = people.map(({ _id }) => _id);
  const addresses = people.flatMap((person) => person.addresses.map(({ key }) => key));
  const [sentThisWeek, closedWindows] = await Promise.all([
    countSentThisWeek(core, shopId, ids),
    findClosedWindows(core, shopId, addresses),
  ]);
  return { now: core.clock.now(), sentThisWeek, closedWindows };
}

/** Where and how one person gets a campaign: by the cheapest of its channels that may and can reach them, or the first in the owner's order; those in `tried` are past. */
export function chooseWay(
  plan: Plan,
  customer: Person,
  moment: Moment,
  {
    tried = new Set(),
    deliveryId = new Types.ObjectId(),
  }: { tried?: ReadonlySet<string>; deliveryId?: Types.ObjectId } = {},
): Recipient {
  const answers = plan.channels
    .filter((one) => !tried.has(one))
    .map((one) => decideOn(plan, one, customer, moment, deliveryId));
  const possible = answers.flatMap((answer) => (answer.ok ? [answer] : []));
  const chosen = plan.inOrder ? possible[0] : possible.sort(cheapestFirst)[0];
  const left = chosen ?? answers.find((answer) => !answer.ok && answer.reason !== 'no_address') ?? answers[0];
  return left ?? { deliveryId, customer, channel: 'sms', address: 'sms:', ok: false, reason: 'no_address' };
}

function cheapestFirst(a: Chosen, b: Chosen): number {
  const [costA, costB] = [a.cost ?? Number.MAX_VALUE, b.cost ?? Number.MAX_VALUE];
  return costA - costB || WAYS.indexOf(a.way) - WAYS.indexOf(b.way);
}

function decideOn(
  plan: Plan,
  channel: CampaignChannel,
  customer: Person,
  moment: Moment,
  deliveryId: Types.ObjectId,
): Recipient {
  const { shop, template } = plan;
  const { now, closedWindows } = moment;
  const sent = moment.sentThisWeek.get(customer._id.toHexString()) ?? NONE_SENT;
  const context = { shop, ...sent, ...(template ? {} : { closedWindows }) };
  const { address, refusal } = chooseAddress(customer, channel, 'marketing', now, context);
  const held = { deliveryId, customer, channel, address };
  if (refusal) return { ...held, ok: false, reason: refusal };
  const text = renderTemplate(plan.text, customer, shop);
  const filled = channel === 'whatsapp' && template ? fillTemplate(template, customer, shop) : undefined;
  if (text === null || filled === null) return { ...held, ok: false, reason: 'missing_field' };
  const free = freeText(plan, held, text);
  if (!filled) return { ...held, ok: true, ...free };
  const cost = messageCost(shop, address, 1);
  const message: OutboundMessage = { text, template: filled };
  if (closedWindows.has(address)) return { ...held, ok: true, way: 'template', message, parts: 1, cost };
  return { ...held, ok: true, ...free, outsideWindow: { message, ...(cost === null ? {} : { cost }) } };
}

function freeText(
  plan: Plan,
  { channel, address, deliveryId }: Pick<Recipient, 'channel' | 'address' | 'deliveryId'>,
  words: string,
): Chosen {
  const { shop, subject, windowed } = plan;
  const written = withOptOut(words, plan.optOutUrl(channel, deliveryId));
  const text = channel === 'sms' ? toSmsLetters(written) : written;
  const parts = channel === 'sms' ? smsParts(text).parts : 1;
  return {
    way: channel,
    message: {
      text,
      ...(subject === undefined ? {} : { subject }),
      ...(channel === 'email' ? mailFooter(shop, text) : {}),
      ...optOutChoices(channel),
    },
    parts,
    cost: channel === 'whatsapp' && windowed ? 0 : messageCost(shop, address, parts),
  };
}

/** Null when a variable has nothing to stand in it: WhatsApp takes no empty one. */
function fillTemplate({ id, variables }: NonNullable<Plan['template']>, person: Person, shop: Shop) {
  const filled: Record<string, string> = {};
  for (const [name, text] of variables) {
    const value = renderTemplate(text, person, shop)?.replace(/\s+/g, ' ').trim();
    if (!value) return null;
    filled[name] = value;
  }
  return { id, variables: filled };
}
