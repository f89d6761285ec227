import {
  type CustomerAddress,
  type CustomerCard,
  formatMoney,
  formatWholeMoney,
  type Happening,
  isProvisional,
  type Language,
  type Shop,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { segmentName, share } from '../segmentWords.ts';
import { customText } from './customWords.ts';

const LONGEST_TEXT = 80;

/** What a card is written with; `preference` is the name of the customer's preference segment, if any. */
export interface CardContext {
  shop: Shop;
  t: Translate;
  language: Language;
  preference: string | null;
}

/** A customer's card in words, a statement a line. */
export function cardText(context: CardContext, card: CustomerCard): string {
  const { t } = context;
  const { customer } = card;
  const number = customer.name && customer.externalId ? ` (${oneLine(customer.externalId)})` : '';
  return [
    `${customerLabel(t, customer)}${number}`,
    ...(isProvisional(customer) ? [t('customer.card.provisional')] : []),
    ...(customer.addresses.length
      ? customer.addresses.map((one) => addressLine(t, one))
      : [t('customer.card.unreachable')]),
    ...personLines(context, card),
    ...ownLines(context, card),
    ...purchaseLines(context, card),
    ...segmentLines(context, card),
    ...standingLines(context, card),
    ...predictionLines(context, card),
    ...happeningLines(context, card),
  ].join('\n');
}

export function addressLine(
  t: Translate,
  { channel, value, marketing, stopped, held, service, standing }: CustomerAddress,
): string {
  const consent = stopped ? 'stopped' : held ? 'held' : marketing;
  const all = service === 'denied' ? ` ${t('customer.card.noService')}` : '';
  const shut = standing && standing.state !== 'good' ? ` ${t(`customer.card.standing.${standing.state}`)}` : '';
  return `${t(`channel.${channel}`)} ${oneLine(value)}: ${t(`customer.card.consent.${consent}`)}${all}${shut}`;
}

function personLines({ t }: CardContext, { customer }: CustomerCard): string[] {
  const { city, country, birthday, gender, language } = customer;
  const facts = [
    [city, country]
      .filter(Boolean)
      .map((place) => oneLine(place ?? ''))
      .join(', '),
    birthday ? t('customer.card.born', { date: formatDay(t, birthday, 'UTC') }) : '',
    gender ? t(`gender.${gender}`) : '',
    language ? t('customer.card.speaks', { language: t(`customer.card.language.${language}`) }) : '',
  ].filter(Boolean);
  const { customerType, status, company, industry, tags } = customer;
  const work = [
    customerType ? t(`rule.choice.${customerType}`) : '',
    status ? t(`rule.choice.${status}`) : '',
    company ? t('customer.card.worksAt', { company: oneLine(company) }) : '',
    industry ? oneLine(industry) : '',
    ...tags.map((tag) => `#${oneLine(tag, 30)}`),
  ].filter(Boolean);
  return [facts, work].filter((list) => list.length > 0).map((list) => list.join(' · '));
}

/** What the shop notes besides, where there is something. */
function ownLines({ shop, t }: CardContext, { customer }: CustomerCard): string[] {
  return (shop.customFields ?? []).flatMap((field) => {
    const value = customer.custom?.[field.key];
    if (value === undefined) return [];
    return [t('customer.card.own', { name: oneLine(field.name), value: customText(t, shop, field, value) })];
  });
}

function purchaseLines({ shop, t }: CardContext, { customer, averageOrder, favourites }: CustomerCard): string[] {
  const money = (minor: number) => formatMoney(minor, shop.currency);
  const { orderCount, totalSpent, totalReturned, firstOrderAt, lastOrderAt } = customer.figures;
  const bought = orderCount
    ? t('customer.card.orders', { count: orderCount, spent: money(totalSpent), average: money(averageOrder ?? 0) })
    : t('customer.card.noOrders');
  const day = (at: Date) => formatDay(t, at, shop.timeZone);
  return [
    bought,
    totalReturned < 0 ? t('customer.card.returned', { amount: money(-totalReturned) }) : '',
    firstOrderAt && lastOrderAt ? t('customer.card.between', { first: day(firstOrderAt), last: day(lastOrderAt) }) : '',
    favourites.length
      ? t('customer.card.favourites', {
          list: favourites.map(({ name, amount }) => `${oneLine(name, 60)} ${money(amount)}`).join('; '),
        })
      : '',
  ].filter(Boolean);
}

function segmentLines({ t, preference }: CardContext, { customer }: CustomerCard): string[] {
  const { value } = customer;
  return [
    value
      ? t('customer.card.segment', {
          segment: segmentName(t, { kind: 'value', key: `value:${value.segment}`, label: '' }),
          r: value.r,
          f: value.f,
          m: value.m,
        })
      : '',
    preference ? t('customer.card.preference', { segment: oneLine(preference) }) : '',
  ].filter(Boolean);
}

/** How far they are with the shop, and what their lead score is made of. */
function standingLines({ shop, t }: CardContext, { customer, leadPoints }: CustomerCard): string[] {
  const { lifecycleStage, lastContactAt } = customer;
  const score = leadPoints.reduce((sum, [, points]) => sum + points, 0);
  const reasons = leadPoints.map(([reason, points]) => `${t(`customer.card.lead.${reason}`)} ${points}`);
  return [
    lifecycleStage ? t('customer.card.stage', { stage: t(`rule.choice.${lifecycleStage}`) }) : '',
    score > 0 ? t('customer.card.leadScore', { score, reasons: reasons.join(', ') }) : '',
    lastContactAt ? t('customer.card.lastContact', { date: formatDay(t, lastContactAt, shop.timeZone) }) : '',
  ].filter(Boolean);
}

/** The risk of losing them, and what they may buy where there is a model; nothing where nothing tells. */
function predictionLines({ shop, t, language }: CardContext, { customer, predictedAsOf }: CustomerCard): string[] {
  const { churnRisk, churnProbability, expected, predictedValue } = customer;
  if (!churnRisk || !predictedAsOf) return [];
  const date = formatDay(t, predictedAsOf, shop.timeZone);
  const level = t(`risk.level.${churnRisk}`);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const orders = (count: number) => t('customer.card.expectedOrders', { orders: number.format(count) });
  const withMoney = (count: number, minor: number | null | undefined) =>
    [orders(count), minor == null ? '' : formatWholeMoney(minor, shop.currency)].filter(Boolean).join(', ');
  return [
    churnProbability === undefined
      ? t('customer.card.risk', { level, date })
      : t('customer.card.riskGone', { level, date, share: share(language, churnProbability, 1) }),
    expected
      ? t('customer.card.expected', {
          soon: withMoney(expected.orders90, expected.value90),
          year: withMoney(expected.orders365, predictedValue),
        })
      : '',
  ].filter(Boolean);
}

function happeningLines({ shop, t }: CardContext, { happenings }: CustomerCard): string[] {
  if (happenings.length === 0) return [];
  const kind = ({ kind: name, channel }: Happening) =>
    [t(`interaction.${name}`), channel ? t(`channel.${channel}`) : ''].filter(Boolean).join(', ');
  return [
    t('customer.card.lately'),
    ...happenings.map(
      (one) => `${formatDay(t, one.at, shop.timeZone)} · ${kind(one)}: ${oneLine(one.text, LONGEST_TEXT)}`,
    ),
  ];
}
