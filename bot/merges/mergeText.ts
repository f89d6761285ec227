import { type Customer, FILLED, formatMoney, type Shop } from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { placeName } from '../inbox/ticketWords.ts';
import { oneLine } from '../oneLine.ts';

interface Context {
  readonly t: Translate;
  readonly shop: Shop;
}

/** What a member compares: who it is, where they are reached and what they said to offers, what they bought. */
export function personText({ t, shop }: Context, customer: Customer): string {
  const { orderCount, totalSpent } = customer.figures;
  const bought = orderCount
    ? t('merge.bought', { count: orderCount, spent: formatMoney(totalSpent, shop.currency) })
    : t('customer.card.noOrders');
  const number = customer.name && customer.externalId ? ` (${oneLine(customer.externalId)})` : '';
  const facts = [customer.city ?? '', customer.birthday ? formatDay(t, customer.birthday, 'UTC') : '', bought];
  const addresses = customer.addresses.map(
    ({ key, marketing, stopped }) =>
      `  ${placeName(t, key)}: ${t(`customer.card.consent.${stopped ? 'stopped' : marketing}`)}`,
  );
  return [
    `${customerLabel(t, customer)}${number}`,
    `  ${facts
      .filter(Boolean)
      .map((fact) => oneLine(fact))
      .join(' · ')}`,
    ...addresses,
  ].join('\n');
}

/** What is read back before two become one; `into` stays. */
export function mergeText(context: Context, into: Customer, from: Customer): string {
  const { t } = context;
  const differing = FILLED.filter(
    (field) =>
      into[field] !== undefined && from[field] !== undefined && valueText(into, field) !== valueText(from, field),
  );
  const choices = differing.map((field) =>
    t('merge.differs', {
      field: t(`merge.field.${field}`),
      kept: valueText(into, field),
      dropped: valueText(from, field),
    }),
  );
  return [
    t('merge.readBack'),
    '',
    `1. ${t('merge.stays')} ${personText(context, into)}`,
    '',
    `2. ${t('merge.joins')} ${personText(context, from)}`,
    '',
    ...(choices.length > 0 ? [t('merge.values'), ...choices, ''] : []),
    t('merge.sum', {
      count: into.figures.orderCount + from.figures.orderCount,
      addresses: into.addresses.length + from.addresses.length,
    }),
  ].join('\n');
}

function valueText(customer: Customer, field: (typeof FILLED)[number]): string {
  const value = customer[field];
  return value instanceof Date ? value.toISOString().slice(0, 10) : oneLine(String(value));
}
