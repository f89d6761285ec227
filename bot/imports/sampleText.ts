import { formatMoney, type Plan, type SampleRow, type Shop, toLocalTime } from '../../core/index.ts';
import { customText } from '../customers/customWords.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { count } from './importWords.ts';

/** A row of the file as Kade understands it, on one line. */
export function sampleText(t: Translate, shop: Shop, { kind, columns }: Plan, row: SampleRow): string {
  const parts = [
    ...(row.line ? saleParts(t, shop, kind, row.line) : []),
    ...(row.person ? personParts(t, row.person) : []),
    ...columns.flatMap(({ own }) => {
      const value = own && row.person?.custom[own.key];
      return own && value !== undefined ? [`${oneLine(own.name, 30)}: ${customText(t, shop, own, value)}`] : [];
    }),
  ];
  return parts.filter(Boolean).join(' · ');
}

function saleParts(t: Translate, shop: Shop, kind: Plan['kind'], line: NonNullable<SampleRow['line']>): string[] {
  const money = (minor: number): string => formatMoney(minor, shop.currency);
  const product = [line.sku, line.productName].filter((text, i, all) => text && all.indexOf(text) === i);
  if (kind === 'products') {
    const price = Number.isNaN(line.unitPrice) ? '' : money(Math.round(line.unitPrice));
    return [...product.map((text) => oneLine(text, 50)), oneLine(line.category, 40), price];
  }
  const at = new Date(line.at);
  const { hour, minute } = toLocalTime(at, shop.timeZone);
  const clock = hour + minute > 0 ? ` ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : '';
  const when = `${formatDay(t, at, shop.timeZone)}${clock}`;
  const sum =
    kind === 'orders'
      ? money(line.amount)
      : `${count(line.quantity)} × ${money(Math.round(line.unitPrice))} = ${money(line.amount)}`;
  return [oneLine(line.number, 30), when, ...product.map((text) => oneLine(text, 50)), sum];
}

function personParts(t: Translate, person: NonNullable<SampleRow['person']>): string[] {
  const values = new Set(person.addresses.map((address) => address.slice(address.indexOf(':') + 1)));
  const [wish] = person.wishes;
  return [
    person.externalId ? t('customer.numbered', { id: oneLine(person.externalId, 30) }) : '',
    oneLine(person.name, 50),
    ...[...values].map((value) => oneLine(value, 50)),
    oneLine(person.city, 30),
    oneLine(person.country, 30),
    person.birthday ? formatDay(t, person.birthday, 'UTC') : '',
    person.gender ? t(`gender.${person.gender}`) : '',
    person.customerType ? t(`rule.choice.${person.customerType}`) : '',
    person.status ? t(`rule.choice.${person.status}`) : '',
    oneLine(person.company, 30),
    oneLine(person.industry, 30),
    wish ? t(`import.wish.${wish.state}`) : '',
  ];
}
