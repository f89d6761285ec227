import { type CustomField, type CustomValue, formatMoney, type Shop } from '../../core/index.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

/** What a customer has for a field of the shop's own, in words. */
export function customText(
  t: Translate,
  shop: Pick<Shop, 'currency' | 'timeZone'>,
  { type }: CustomField,
  value: CustomValue,
): string {
  if (value instanceof Date) return formatDay(t, value, shop.timeZone);
  if (typeof value === 'number')
    return type === 'money' ? formatMoney(value, shop.currency) : new Intl.NumberFormat('en').format(value);
  return type === 'yesno' ? t(`rule.choice.${value}`) : oneLine(value, 120);
}
